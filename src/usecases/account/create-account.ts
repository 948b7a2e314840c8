import { mintApiKey } from './api-key.js';
import type { Scope } from '../act.js';
import type { Db } from '../../db/client.js';
import { newId } from '../../db/new-id.js';
import { insertAccount } from '../../db/queries/accounts.js';
import { insertApiKey } from '../../db/queries/api-keys.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';

export interface NewAccount {
  readonly name: string;
  readonly timeZone: TimeZone;
  readonly capabilities: readonly string[];
}

/** A key as its owner gets it; the token is not kept and cannot be shown again. */
export interface IssuedKey {
  readonly keyId: string;
  readonly token: string;
}

/** Makes an account with its first key, which may do everything in it. */
export async function createAccount(
  db: Db,
  account: NewAccount,
  now: Instant,
): Promise<IssuedKey & { readonly accountId: string }> {
  const accountId = newId(now);
  return db.transaction(async (tx) => {
    await insertAccount(tx, {
      ...account,
      id: accountId,
      capabilities: [...account.capabilities],
      createdAt: now,
    });
    return {
      accountId,
      ...(await issueKey(tx, { accountId, scope: 'admin', name: 'first key' }, now)),
    };
  });
}

/** Makes a key for an existing account. */
export async function issueKey(
  db: Parameters<typeof insertApiKey>[0],
  key: { readonly accountId: string; readonly scope: Scope; readonly name: string },
  now: Instant,
): Promise<IssuedKey> {
  const keyId = newId(now);
  const { token, secretHash } = mintApiKey(keyId);
  const { accountId, name, scope } = key;
  await insertApiKey(db, accountId, {
    id: keyId,
    name,
    secretHash,
    scopes: [scope],
    createdAt: now,
  });
  return { keyId, token };
}
