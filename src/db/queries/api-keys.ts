import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { apiKeys, users } from '../schema/index.js';
import { referenceTo } from './reference.js';
import { teamIdsOfUser, type User } from './users.js';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/**
 * The key with this id, in any account: it is the only thing looked up before the account is known. A revoked key is
 * returned too. It comes with the user of its account whom `userName` names by id, externalId or email, as every call
 * needs both.
 */
export async function findApiKey(
  db: Db | Tx,
  keyId: string,
  userName: string | undefined,
): Promise<{ readonly key: ApiKeyRow; readonly user: User | null } | undefined> {
  const named = userName === undefined ? nobody : referenceTo(users, { named: userName });
  const [found] = await db
    .select({ key: apiKeys, user: users, teamIds: teamIdsOfUser })
    .from(apiKeys)
    .leftJoin(users, and(eq(users.accountId, apiKeys.accountId), named.where))
    .where(eq(apiKeys.id, keyId))
    .orderBy(...named.order)
    .limit(1);
  if (found === undefined) return undefined;
  const { key, user, teamIds } = found;
  return { key, user: user && { ...user, teamIds } };
}

const nobody = { where: sql`false`, order: [] };

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

/**
 * Makes a key useless from the commit on; false when the account has no such key, or the key has been revoked already.
 */
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
