import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { apiKeys } from '../schema/index.js';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/**
 * The key with this id, of whatever account: it is the one thing looked up before the account is known.
 * A revoked one is returned too.
 */
export async function findApiKey(db: Db | Tx, keyId: string): Promise<ApiKeyRow | undefined> {
  const rows = await db.select().from(apiKeys).where(eq(apiKeys.id, keyId)).limit(1);
  return rows[0];
}

export async function insertApiKey(
  db: Db | Tx,
  accountId: string,
  key: Omit<typeof apiKeys.$inferInsert, 'accountId'>,
): Promise<void> {
  await db.insert(apiKeys).values({ ...key, accountId });
}

/** An account's keys, revoked ones too, in the order in which they were made. */
export async function listApiKeys(db: Db | Tx, accountId: string): Promise<readonly ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.accountId, accountId))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
}

/** Makes a key useless from the commit on; false when the account has no such key, or it was revoked before. */
export async function revokeApiKey(
  db: Db | Tx,
  accountId: string,
  keyId: string,
  revokedAt: Instant,
): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({ revokedAt })
    .where(and(eq(apiKeys.accountId, accountId), eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}
