import { and, asc, eq, getTableColumns, gt, inArray, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { teamMembers, users } from '../schema/index.js';
import { holdsText } from './compare-texts.js';
import { onlyRow } from './only-row.js';
import { referenceTo, type Reference } from './reference.js';

/** A user with the teams that they are a member of. */
export type User = typeof users.$inferSelect & { readonly teamIds: readonly string[] };
export type NewUser = typeof users.$inferInsert;

/** The ids of the teams of a row of `users`, in one order. */
export const teamIdsOfUser = sql<string[]>`array(
  select ${teamMembers.teamId} from ${teamMembers}
  where ${and(eq(teamMembers.accountId, users.accountId), eq(teamMembers.userId, users.id))}
  order by 1)`;

/** Users of an account; those who are erased are unknown. */
function ofAccount(accountId: string): SQL | undefined {
  return and(eq(users.accountId, accountId), isNull(users.erasedAt));
}

const columns = {
  ...getTableColumns(users),
  // Whoever is deactivated has no seat, and so neither enrolls nor sends (ENR-03, ERR-07); the seat itself is kept.
  hasSeat: sql<boolean>`(${users.hasSeat} and ${users.deactivatedAt} is null)`.as('has_seat_now'),
  teamIds: teamIdsOfUser,
};

export async function insertUser(
  db: Db | Tx,
  accountId: string,
  user: Omit<NewUser, 'accountId'>,
): Promise<User> {
  const rows = await db
    .insert(users)
    .values({ ...user, accountId })
    .returning();
  return { ...onlyRow(rows), teamIds: [] };
}

/** Makes the user, unless another has their email or externalId. */
export async function insertUserUnlessTaken(
  tx: Tx,
  accountId: string,
  user: Omit<NewUser, 'accountId'>,
): Promise<User | undefined> {
  const [made] = await tx
    .insert(users)
    .values({ ...user, accountId })
    .onConflictDoNothing()
    .returning();
  return made && { ...made, teamIds: [] };
}

/** The users with this externalId or this email, at most two, locked until the transaction ends. */
export async function lockUserNamesakes(
  tx: Tx,
  accountId: string,
  externalId: string | undefined,
  emailNormalized: string | undefined,
): Promise<readonly Omit<User, 'teamIds'>[]> {
  return tx
    .select()
    .from(users)
    .where(
      and(
        ofAccount(accountId),
        or(
          externalId === undefined ? undefined : eq(users.externalId, externalId),
          emailNormalized === undefined ? undefined : eq(users.emailNormalized, emailNormalized),
        ),
      ),
    )
    .orderBy(asc(users.id))
    .for('no key update');
}

/**
 * Locks a user until the transaction ends, and says since when they are deactivated; undefined when the account has no such
 * one. `deactivate` waits for everybody who is choosing them and makes later ones wait; `choose` keeps them from being
 * deactivated; `change` goes together with choosing.
 */
export async function lockUser(
  tx: Tx,
  accountId: string,
  id: string,
  purpose: 'choose' | 'change' | 'deactivate',
): Promise<Pick<User, 'deactivatedAt'> | undefined> {
  const [found] = await tx
    .select({ deactivatedAt: users.deactivatedAt })
    .from(users)
    .where(and(ofAccount(accountId), eq(users.id, id)))
    .for(lockStrengths[purpose]);
  return found;
}

/** A foreign key takes `key share` when its row is written, which only `update` waits for. */
const lockStrengths = {
  choose: 'key share',
  change: 'no key update',
  deactivate: 'update',
} as const;

/** Changes a user; undefined when the account has no such one. Throws a unique violation when a name is taken. */
export async function updateUser(
  tx: Tx,
  accountId: string,
  id: string,
  change: Partial<Omit<NewUser, 'accountId' | 'id' | 'createdAt'>>,
): Promise<User | undefined> {
  await tx
    .update(users)
    .set(change)
    .where(and(ofAccount(accountId), eq(users.id, id)));
  return findUser(tx, accountId, { id });
}

/** Which of these ids are users of the account. */
export async function usersAmong(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(ofAccount(accountId), inArray(users.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

export async function findUser(
  db: Db | Tx,
  accountId: string,
  reference: Reference,
): Promise<User | undefined> {
  const { where, order } = referenceTo(users, reference);
  const rows = await db
    .select(columns)
    .from(users)
    .where(and(ofAccount(accountId), where))
    .orderBy(...order)
    .limit(1);
  return rows[0];
}

export interface UserPage {
  /** Stands in the name or the email. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Users in the order in which they were made. */
export async function listUsers(
  db: Db | Tx,
  accountId: string,
  page: UserPage,
): Promise<readonly User[]> {
  return db
    .select(columns)
    .from(users)
    .where(
      and(
        ofAccount(accountId),
        page.text === undefined
          ? undefined
          : or(holdsText(users.name, page.text), holdsText(users.email, page.text)),
        page.after === undefined ? undefined : gt(users.id, page.after),
      ),
    )
    .orderBy(asc(users.id))
    .limit(page.limit);
}
