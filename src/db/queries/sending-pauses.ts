import { and, asc, eq, getTableColumns, inArray, isNull, or, sql, type SQL } from 'drizzle-orm';
import { liveStates, type WidePause } from '../../domain/enrollment/state.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { newId } from '../new-id.js';
import { enrollments, sendingPauses, users } from '../schema/index.js';

export type SendingPause = typeof sendingPauses.$inferSelect;

/** What is paused: a sequence, or without one the account; the enrollments of one user in it, or without one all. */
export interface PauseScope {
  readonly sequenceId: string | null;
  readonly userId: string | null;
}

/** The first of the pauses that a row of `enrollments` is under, the account's before a sequence's. */
const firstPausing = sql`where pausing.account_id = ${enrollments.accountId}
    and (pausing.sequence_id is null or pausing.sequence_id = ${enrollments.sequenceId})
    and (pausing.user_id is null or pausing.user_id = ${enrollments.enrolledById})
  order by pausing.sequence_id nulls first limit 1`;
const kind = sql`case when pausing.sequence_id is null then 'account_paused' else 'sequence_paused' end`;

/** The pause that a row of `enrollments` is under, as a part of a query. */
export const heldByPause = sql<WidePause | null>`(
  select ${kind} from ${sendingPauses} pausing ${firstPausing})`;

/**
 * The pause that a locked enrollment is under, held until the transaction ends: whoever lifts it meanwhile waits, and finds
 * the enrollment as it is left here. Null when it has just been lifted.
 */
export async function holdPause(
  tx: Tx,
  key: { readonly accountId: string; readonly id: string },
): Promise<WidePause | null> {
  const { rows } = await tx.execute<{ found: WidePause }>(sql`
    select ${kind} as found
    from ${sendingPauses} pausing
    join ${enrollments} on ${and(eq(enrollments.accountId, key.accountId), eq(enrollments.id, key.id))}
    ${firstPausing}
    for share of pausing`);
  return rows[0]?.found ?? null;
}

/** Notes the pause; returns the one that is in force, the earlier one if there is one, and whether it was made just now. */
export async function insertPause(
  tx: Tx,
  accountId: string,
  scope: PauseScope,
  by: { readonly pausedAt: Instant; readonly pausedById: string | null },
): Promise<{ readonly pause: SendingPause | undefined; readonly made: boolean }> {
  const id = newId(by.pausedAt);
  await tx
    .insert(sendingPauses)
    .values({ ...scope, ...by, accountId, id })
    .onConflictDoNothing();
  const [found] = await tx.select().from(sendingPauses).where(isScope(accountId, scope));
  return { pause: found, made: found?.id === id };
}

/** Lifts the pause, and says whether there was one. Waits for whoever acts by it. */
export async function deletePause(tx: Tx, accountId: string, scope: PauseScope): Promise<boolean> {
  const lifted = await tx
    .delete(sendingPauses)
    .where(isScope(accountId, scope))
    .returning({ id: sendingPauses.id });
  return lifted.length > 0;
}

/** A pause with the name of the user who paused: null for a key that named nobody, empty for a user who was erased. */
export interface NamedPause extends SendingPause {
  readonly pausedByName: string | null;
}

/** The pauses that enrollments of some sequences are under, or those alone that one user's are. */
export async function pausesOf(
  db: Db | Tx,
  accountId: string,
  sequenceIds: readonly string[],
  userId?: string,
): Promise<readonly NamedPause[]> {
  const ofUser =
    userId === undefined
      ? undefined
      : or(isNull(sendingPauses.userId), eq(sendingPauses.userId, userId));
  return db
    .select({ ...getTableColumns(sendingPauses), pausedByName: users.name })
    .from(sendingPauses)
    .leftJoin(
      users,
      and(eq(users.accountId, sendingPauses.accountId), eq(users.id, sendingPauses.pausedById)),
    )
    .where(
      and(
        eq(sendingPauses.accountId, accountId),
        or(isNull(sendingPauses.sequenceId), inArray(sendingPauses.sequenceId, [...sequenceIds])),
        ofUser,
      ),
    )
    .orderBy(asc(sendingPauses.pausedAt), asc(sendingPauses.id));
}

/**
 * The live enrollments that a pause is about, in the order in which they must be locked. Whether one runs, is held or is
 * paused by itself may change until it is locked.
 */
export async function idsUnderPause(
  tx: Tx,
  accountId: string,
  { sequenceId, userId }: PauseScope,
): Promise<readonly string[]> {
  const rows = await tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, accountId),
        sequenceId === null ? undefined : eq(enrollments.sequenceId, sequenceId),
        userId === null ? undefined : eq(enrollments.enrolledById, userId),
        inArray(enrollments.state, [...liveStates]),
      ),
    )
    .orderBy(asc(enrollments.id));
  return rows.map(({ id }) => id);
}

function isScope(accountId: string, { sequenceId, userId }: PauseScope): SQL | undefined {
  return and(
    eq(sendingPauses.accountId, accountId),
    sequenceId === null
      ? isNull(sendingPauses.sequenceId)
      : eq(sendingPauses.sequenceId, sequenceId),
    userId === null ? isNull(sendingPauses.userId) : eq(sendingPauses.userId, userId),
  );
}
