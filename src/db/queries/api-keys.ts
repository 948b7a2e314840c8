import { eq } from 'drizzle-orm';
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
