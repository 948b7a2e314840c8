import { and, asc, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { apiKeys, users } from '../schema/index.js';
import { onlyRow } from './only-row.js';
import { referenceTo } from './reference.js';
import { teamIdsOfUser, type User } from './users.js';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/**
 * The key with this id, in any account: it is the only thing looked up before the account is known. A revoked key is
 * returned too. It comes with the user of its account whom `userName` names by id, externalId or email, or without a name
 * with the one that it is bound to, as every call needs both.
 */
export async function findApiKey(
  db: Db | Tx,
  keyId: string,
  userName: string | undefined,
): Promise<{ readonly key: ApiKeyRow; readonly user: User | null } | undefined> {
  const named = userName === undefined ? bound : referenceTo(users, { named: userName });
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

const bound = { where: eq(users.id, apiKeys.userId), order: [] };

export async function insertApiKey(
  db: Db | Tx,
  accountId: string,
  key: Omit<typeof apiKeys.$inferInsert, 'accountId'>,
): Promise<ApiKeyRow> {
  const rows = await db
    .insert(apiKeys)
    .values({ ...key, accountId })
    .returning();
  return onlyRow(rows);
}

/** A part of an account's keys, revoked ones too, in the order of their ids, which is that in which they were made. */
export async function listApiKeys(
  db: Db | Tx,
  accountId: string,
  page: { readonly limit?: number; readonly after?: string | undefined } = {},
): Promise<readonly ApiKeyRow[]> {
  const { limit, after } = page;
  const query = db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.accountId, accountId),
        after === undefined ? undefined : gt(apiKeys.id, after),
      ),
    )
    .orderBy(asc(apiKeys.id));
  return limit === undefined ? query : query.limit(limit);
}

/** A key of the account, locked until the transaction ends; undefined when it has none with this id. */
export async function lockApiKey(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<ApiKeyRow | undefined> {
  const [found] = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.accountId, accountId), eq(apiKeys.id, id)))
    .for('no key update');
  return found;
}

/** Changes a locked key. */
export async function updateApiKey(
  tx: Tx,
  accountId: string,
  id: string,
  change: Partial<Pick<ApiKeyRow, 'expiresAt' | 'revokedAt'>>,
): Promise<ApiKeyRow> {
  const rows = await tx
    .update(apiKeys)
    .set(change)
    .where(and(eq(apiKeys.accountId, accountId), eq(apiKeys.id, id)))
    .returning();
  return onlyRow(rows);
}

/** Notes that a key was used at `now`, unless it has been noted since `before`. */
export async function noteApiKeyUse(
  db: Db,
  keyId: string,
  { now, before }: { readonly now: Instant; readonly before: Instant },
): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(
      and(eq(apiKeys.id, keyId), or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before))),
    );
}
