import { z } from 'zod';
import { createVault } from '../../config/vault.js';
import { parseApiKey } from '../../usecases/account/api-key.js';
import { scopes } from '../../usecases/act.js';
import type { Db } from '../../db/client.js';
import { findAccount, listAccounts } from '../../db/queries/accounts.js';
import { listApiKeys, type ApiKeyRow } from '../../db/queries/api-keys.js';
import type { Instant } from '../../domain/time/types.js';
import { byOperator, issueKey, revokeKey } from '../../usecases/account/create-account.js';
import { setCapabilities } from '../../usecases/account/edit-account.js';
import { rotateKeys, type Rotation } from '../../usecases/people/rotate-keys.js';
import { makeAccount, readAccount } from './create-account.js';
import { capabilitiesGiven, line, many, readOptions, text, UsageError } from './read-options.js';
import { shownOnce, type Surroundings } from './surroundings.js';

/** Does it, and returns what to print. */
type Command = (db: Db, now: Instant, around: Surroundings) => Promise<readonly string[]>;

/** What the command line asks for; nothing has been done yet. */
export function readCommand(args: readonly string[]): Command {
  const [name = '', ...rest] = args;
  const reader = readers[name];
  if (reader === undefined) {
    throw new UsageError(name === '' ? 'Say what to do.' : `There is no command "${name}".`);
  }
  return reader(rest);
}

const readers: Readonly<Record<string, (args: string[]) => Command>> = {
  'create-account': (args) => {
    const wanted = readAccount(args);
    return (db, now, around) => makeAccount(db, now, wanted, around);
  },
  'list-accounts': (args) => {
    readOptions(args, {}, z.object({}));
    return async (db) =>
      (await listAccounts(db)).map(({ id, name, timeZone, capabilities: on }) =>
        [id, name, timeZone, ...on].join('  '),
      );
  },
  'set-capabilities': (args) => {
    const given = readOptions(args, { account: text, capability: many }, capabilitiesInput);
    return async (db, now) => {
      const { account, capability } = given;
      const done = await db.transaction((tx) =>
        setCapabilities(byOperator(tx, account, now), capability),
      );
      if (done === undefined) throw noAccount(account);
      return [[done.id, done.name, ...done.capabilities].join('  ')];
    };
  },
  'create-key': (args) => {
    const options = { account: text, scope: text, name: text, user: text, expires: text };
    const given = readOptions(args, options, keyInput);
    return async (db, now) => {
      await requireAccount(db, given.account);
      const wanted = {
        ...{ name: given.name, scopes: [given.scope], expiresAt: given.expires },
        user: given.user === undefined ? undefined : { named: given.user },
      };
      const { keyId, token } = await issueKey(db, given.account, wanted, now);
      return [`key id   ${keyId}`, `key      ${token}`, shownOnce];
    };
  },
  'list-keys': (args) => {
    const { account } = readOptions(args, { account: text }, accountRef);
    return async (db) => {
      await requireAccount(db, account);
      return (await listApiKeys(db, account)).map(lineOf);
    };
  },
  'revoke-key': (args) => {
    const given = readOptions(args, { account: text, key: text }, revocation);
    return async (db, now) => {
      const named = { accountId: given.account, keyId: given.key };
      const done = await revokeKey(db, named, now);
      if (!done) throw new Error('The account has no such key, or it was revoked before.');
      return [`revoked  ${given.key}`];
    };
  },
  'rotate-keys': (args) => {
    readOptions(args, {}, z.object({}));
    return async (db, _now, { encryptionKeys }) =>
      outcomeOf(await rotateKeys(db, createVault(await encryptionKeys())));
  },
};

/** What it came to. Throws that, so that the program fails, when there is a password that no key opens. */
function outcomeOf({ renewed, current, unreadable }: Rotation): readonly string[] {
  const lines = [
    `encrypted with the newest key  ${renewed}`,
    `had been so before             ${current}`,
    `cannot be opened               ${unreadable.length}`,
    ...unreadable.map(
      ({ accountId, mailboxId }) => `  mailbox ${mailboxId} of the account ${accountId}`,
    ),
  ];
  if (unreadable.length > 0) throw new Error(lines.join('\n'));
  return lines;
}

function lineOf(key: ApiKeyRow): string {
  const { id, name, scopes: may, userId, expiresAt, lastUsedAt, revokedAt } = key;
  const told = (what: string, value: string | null) => (value === null ? [] : [`${what} ${value}`]);
  return [
    ...[id, may.join(','), name],
    ...told('user', userId),
    ...told('last used', lastUsedAt),
    ...told('expires', expiresAt),
    ...told('revoked', revokedAt),
  ].join('  ');
}

const accountRef = z.object({ account: z.uuid({ error: 'must be the id of an account' }) });
const capabilitiesInput = accountRef.extend({ capability: capabilitiesGiven });
const keyInput = accountRef.extend({
  scope: z.enum(scopes, { error: `must be one of ${scopes.join(', ')}` }).default('write'),
  name: line.default('made by admin'),
  user: line.optional(),
  expires: z.iso
    .datetime({ offset: true, error: 'must be an instant, such as 2027-01-01T00:00:00Z' })
    .transform((given) => new Date(given).toISOString())
    .optional(),
});
const revocation = accountRef.extend({
  key: z
    .string()
    .transform((key) => parseApiKey(key)?.keyId ?? key)
    .pipe(z.uuid({ error: 'must be a key or the id of one' })),
});

async function requireAccount(db: Db, accountId: string): Promise<void> {
  if ((await findAccount(db, accountId)) === undefined) {
    throw noAccount(accountId);
  }
}

function noAccount(accountId: string): Error {
  return new Error(`There is no account ${accountId}: see list-accounts.`);
}
