import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { idempotencyKeys } from '../schema/index.js';

/** How long an answer is kept. */
const keptFor = sql`interval '24 hours'`;
/** How long a request may run before another may take its key over; far longer than one takes. */
const leaseFor = sql`interval '30 seconds'`;
const expiredAtOnce = 1000;

/** A key whose request runs. The lease tells this holder from an earlier one whose lease ran out. */
export interface ClaimedKey {
  readonly key: string;
  readonly lease: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly location: string | null;
}

export type KeyState =
  | { readonly kind: 'claimed'; readonly claim: ClaimedKey }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'running'; readonly secondsLeft: number }
  | { readonly kind: 'other_request' };

/**
 * Claims the key for this request, or says what became of the first one with it. One statement, committed at once, in
 * the database's time: of two requests exactly one claims. A key older than 24 hours is as good as none, and one whose
 * holder died is taken over by a repeat of the same request when the lease has run out.
 */
export async function claimKey(
  db: Db,
  accountId: string,
  key: string,
  digest: string,
): Promise<KeyState | undefined> {
  const { createdAt, leaseUntil } = idempotencyKeys;
  const rows = await db
    .insert(idempotencyKeys)
    .values({ accountId, key, digest, leaseUntil: sql`now() + ${leaseFor}` })
    .onConflictDoUpdate({
      target: [idempotencyKeys.accountId, idempotencyKeys.key],
      set: {
        digest,
        leaseUntil: sql`now() + ${leaseFor}`,
        createdAt: sql`now()`,
        status: null,
        body: null,
        location: null,
      },
      setWhere: sql`${createdAt} < now() - ${keptFor} or (${idempotencyKeys.digest} = ${digest}
        and ${idempotencyKeys.status} is null and ${leaseUntil} < now())`,
    })
    .returning({ lease: leaseUntil });
  const claimed = rows[0];
  return claimed
    ? { kind: 'claimed', claim: { key, ...claimed } }
    : readKey(db, accountId, key, digest);
}

async function readKey(
  db: Db,
  accountId: string,
  key: string,
  digest: string,
): Promise<KeyState | undefined> {
  const rows = await db
    .select({
      digest: idempotencyKeys.digest,
      status: idempotencyKeys.status,
      body: idempotencyKeys.body,
      location: idempotencyKeys.location,
      secondsLeft: sql<number>`ceil(extract(epoch from ${idempotencyKeys.leaseUntil} - now()))::int`,
    })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.accountId, accountId), eq(idempotencyKeys.key, key)));
  const row = rows[0];
  if (row === undefined) return undefined;
  if (row.digest !== digest) return { kind: 'other_request' };
  const { status, body, location } = row;
  if (status === null) return { kind: 'running', secondsLeft: Math.max(1, row.secondsLeft) };
  return { kind: 'answered', answer: { status, body, location } };
}

/** Stores the answer with its effect. False when the claim was taken over meanwhile: the effect must not be committed. */
export async function storeAnswer(
  tx: Db | Tx,
  accountId: string,
  claim: ClaimedKey,
  answer: StoredAnswer,
): Promise<boolean> {
  const rows = await tx
    .update(idempotencyKeys)
    .set(answer)
    .where(heldBy(accountId, claim))
    .returning({ key: idempotencyKeys.key });
  return rows.length > 0;
}

/** Gives a key free whose request had no effect, so that a repeat is judged afresh. */
export async function releaseKey(db: Db, accountId: string, claim: ClaimedKey): Promise<void> {
  await db
    .delete(idempotencyKeys)
    .where(and(heldBy(accountId, claim), isNull(idempotencyKeys.status)));
}

/** Deletes answers that are kept no longer, of all accounts, some at a time; says how many. */
export async function deleteExpiredKeys(db: Db): Promise<number> {
  const { rowCount } = await db.execute(sql`delete from ${idempotencyKeys}
    where ctid in (select ctid from ${idempotencyKeys}
      where ${idempotencyKeys.createdAt} < now() - ${keptFor} limit ${expiredAtOnce})`);
  return rowCount ?? 0;
}

function heldBy(accountId: string, claim: ClaimedKey) {
  return and(
    eq(idempotencyKeys.accountId, accountId),
    eq(idempotencyKeys.key, claim.key),
    eq(idempotencyKeys.leaseUntil, claim.lease),
  );
}
