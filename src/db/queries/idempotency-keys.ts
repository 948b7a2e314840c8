import { and, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { idempotencyKeys } from '../schema/index.js';

/** How long an answer is kept. */
const keptFor = sql`interval '24 hours'`;
const expiredAtOnce = 1000;

/** An Idempotency-Key with the digest of the request that it came with. */
export interface KeyedRequest {
  readonly key: string;
  /** The digest of method, path, query, body and acting user. */
  readonly digest: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly location: string | null;
}

export type KeyState =
  | { readonly kind: 'free' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'running' }
  | { readonly kind: 'other_request' };

/**
 * Takes the key until the transaction ends, or says what became of the first request with it. Of two requests one gets
 * the key, which is free again as soon as its holder commits, refuses or dies. Only `keepAnswer` makes sure that there
 * is one effect.
 */
export async function takeKey(
  tx: Tx,
  accountId: string,
  { key, digest }: KeyedRequest,
): Promise<KeyState> {
  const { status, body, location, createdAt } = idempotencyKeys;
  const [row] = await tx
    .select({
      taken: sql<boolean>`pg_try_advisory_xact_lock(hashtextextended(${`${accountId} ${key}`}, 0))`,
      kept: { digest: idempotencyKeys.digest, status, body, location },
    })
    .from(sql`(select) as request`)
    .leftJoin(idempotencyKeys, and(named(accountId, key), sql`${createdAt} >= now() - ${keptFor}`));
  const kept = row?.kept ?? null;
  if (kept === null) return { kind: row?.taken === true ? 'free' : 'running' };
  return kept.digest === digest ? { kind: 'answered', answer: kept } : { kind: 'other_request' };
}

/**
 * Keeps the answer with its effect, in place of one that is older than 24 hours. False when another request with the
 * key was answered after this one looked; this effect must then not be committed.
 */
export async function keepAnswer(
  tx: Tx,
  accountId: string,
  request: KeyedRequest,
  answer: StoredAnswer,
): Promise<boolean> {
  const { createdAt } = idempotencyKeys;
  const rows = await tx
    .insert(idempotencyKeys)
    .values({ accountId, ...request, ...answer })
    .onConflictDoUpdate({
      target: [idempotencyKeys.accountId, idempotencyKeys.key],
      set: { digest: request.digest, ...answer, createdAt: sql`now()` },
      setWhere: sql`${createdAt} < now() - ${keptFor}`,
    })
    .returning({ key: idempotencyKeys.key });
  return rows.length > 0;
}

/** Changes an answer that is kept. */
export async function replaceAnswer(
  db: Db,
  accountId: string,
  key: string,
  answer: StoredAnswer,
): Promise<void> {
  await db.update(idempotencyKeys).set(answer).where(named(accountId, key));
}

/** Deletes answers whose time is over, in all accounts, some at a time; returns how many. */
export async function deleteExpiredKeys(db: Db): Promise<number> {
  const { rowCount } = await db.execute(sql`delete from ${idempotencyKeys}
    where ctid in (select ctid from ${idempotencyKeys}
      where ${idempotencyKeys.createdAt} < now() - ${keptFor} limit ${expiredAtOnce})`);
  return rowCount ?? 0;
}

function named(accountId: string, key: string) {
  return and(eq(idempotencyKeys.accountId, accountId), eq(idempotencyKeys.key, key));
}
