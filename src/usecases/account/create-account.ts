import { issueKey as issue, revoke, type NewKey } from './keys.js';
import type { Db, Tx } from '../../db/client.js';
import { newId } from '../../db/new-id.js';
import { insertAccount } from '../../db/queries/accounts.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import { note, type Noting } from '../log.js';

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
    const { timeZone, capabilities } = account;
    const data = { timeZone, capabilities };
    await note(byOperator(tx, accountId, now), {
      ...{ subject: 'account', id: accountId, type: 'created' },
      data,
    });
    return {
      accountId,
      ...(await issueIn(byOperator(tx, accountId, now), { scopes: ['admin'], name: 'first key' })),
    };
  });
}

/** Makes a key for an account that is there, as whoever runs Cadenza. Refuses what `createKey` does. */
export function issueKey(db: Db, accountId: string, key: NewKey, now: Instant): Promise<IssuedKey> {
  return db.transaction((tx) => issueIn(byOperator(tx, accountId, now), key));
}

async function issueIn(noting: Noting, wanted: NewKey): Promise<IssuedKey> {
  const { key, token } = await issue(noting, wanted);
  return { keyId: key.id, token };
}

/** Makes a key useless from the commit on; false when the account has no such key, or it was revoked before. */
export function revokeKey(
  db: Db,
  { accountId, keyId }: { readonly accountId: string; readonly keyId: string },
  now: Instant,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const revoked = await revoke(byOperator(tx, accountId, now), keyId);
    return revoked?.revokedAt === now;
  });
}

/** What whoever runs Cadenza does at the command line. */
export function byOperator(tx: Tx, accountId: string, now: Instant): Noting {
  return { tx, accountId, now, actor: { kind: 'operator' }, cause: { kind: 'command' } };
}
