import { issueKey as issue, revoke, type NewKey } from './keys.js';
import type { Db, Tx } from '../../db/client.js';
import { newId } from '../../db/new-id.js';
import { insertAccount } from '../../db/queries/accounts.js';
import type { Mailbox } from '../../db/queries/mailboxes.js';
import type { User } from '../../db/queries/users.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import { note, type Noting } from '../log.js';
import { createMailbox, type MailboxInput, type MailboxPorts } from '../people/write-mailbox.js';
import { createUser, type UserInput } from '../people/write-user.js';

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

/** Who is in a new account: its first user and the mailbox that they send from. */
export interface FirstPeople {
  readonly user: UserInput;
  readonly mailbox: Omit<MailboxInput, 'userId' | 'user'>;
}

/** An account that was made, with its first key. */
export interface MadeAccount extends IssuedKey {
  readonly accountId: string;
}

/** Makes an account with its first key, which may do everything in it. */
export function createAccount(db: Db, account: NewAccount, now: Instant): Promise<MadeAccount> {
  return db.transaction((tx) => insertWithKey(tx, account, now));
}

/**
 * Makes an account with its first key, its first user and their mailbox: all of it or nothing. Refuses a mail server that
 * Cadenza may not connect to, as connecting a mailbox does.
 */
export function openAccount(
  db: Db,
  account: NewAccount,
  people: FirstPeople,
  { now, ports }: { readonly now: Instant; readonly ports: MailboxPorts },
): Promise<MadeAccount & { readonly user: User; readonly mailbox: Mailbox }> {
  return db.transaction(async (tx) => {
    const made = await insertWithKey(tx, account, now);
    const noting = byOperator(tx, made.accountId, now);
    const asAdmin = { ...noting, ports, actingUser: null, scopes: ['admin' as const] };
    const user = await createUser(asAdmin, people.user);
    const mailbox = await createMailbox(asAdmin, { ...people.mailbox, userId: user.id });
    return { ...made, user, mailbox };
  });
}

async function insertWithKey(tx: Tx, account: NewAccount, now: Instant): Promise<MadeAccount> {
  const accountId = newId(now);
  const { timeZone, capabilities } = account;
  await insertAccount(tx, {
    ...account,
    id: accountId,
    capabilities: [...capabilities],
    createdAt: now,
  });
  const noting = byOperator(tx, accountId, now);
  const data = { timeZone, capabilities };
  await note(noting, { subject: 'account', id: accountId, type: 'created', data });
  return { accountId, ...(await issueIn(noting, { scopes: ['admin'], name: 'first key' })) };
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
