import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';
import { createVault } from '../../config/vault.js';
import { parseApiKey } from '../../usecases/account/api-key.js';
import { scopes } from '../../usecases/act.js';
import type { Db } from '../../db/client.js';
import { findAccount, listAccounts } from '../../db/queries/accounts.js';
import { listApiKeys, type ApiKeyRow } from '../../db/queries/api-keys.js';
import { salesNavigator } from '../../domain/sequence/step-rules.js';
import { marketingCampaigns } from '../../domain/sequence/validate.js';
import { isTimeZone } from '../../domain/time/zone.js';
import type { Instant } from '../../domain/time/types.js';
import {
  byOperator,
  createAccount,
  issueKey,
  revokeKey,
} from '../../usecases/account/create-account.js';
import { setCapabilities } from '../../usecases/account/edit-account.js';
import { rotateKeys, type Rotation } from '../../usecases/people/rotate-keys.js';

/** Thrown for a command line that asks for nothing that can be done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Says which encryption keys there are, the newest first. */
export type KeySource = () => Promise<readonly Buffer[]>;

/** Does it, and returns what to print. */
export type Command = (db: Db, now: Instant, keys: KeySource) => Promise<readonly string[]>;

const capabilities = [salesNavigator, marketingCampaigns] as const;
const line = z.string().trim().min(1).max(200);
const text = { type: 'string' } as const;
const many = { type: 'string', multiple: true } as const;

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
    const given = read(args, { name: text, 'time-zone': text, capability: many }, accountInput);
    const timeZone = given['time-zone'];
    const account = { name: given.name, timeZone, capabilities: given.capability };
    return async (db, now) => {
      const { accountId, keyId, token } = await createAccount(db, account, now);
      return [`account  ${accountId}`, `key id   ${keyId}`, `key      ${token}`, shownOnce];
    };
  },
  'list-accounts': (args) => {
    read(args, {}, z.object({}));
    return async (db) =>
      (await listAccounts(db)).map(({ id, name, timeZone, capabilities: on }) =>
        [id, name, timeZone, ...on].join('  '),
      );
  },
  'set-capabilities': (args) => {
    const given = read(args, { account: text, capability: many }, capabilitiesInput);
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
    const given = read(args, options, keyInput);
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
    const { account } = read(args, { account: text }, accountRef);
    return async (db) => {
      await requireAccount(db, account);
      return (await listApiKeys(db, account)).map(lineOf);
    };
  },
  'revoke-key': (args) => {
    const given = read(args, { account: text, key: text }, revocation);
    return async (db, now) => {
      const named = { accountId: given.account, keyId: given.key };
      const done = await revokeKey(db, named, now);
      if (!done) throw new Error('The account has no such key, or it was revoked before.');
      return [`revoked  ${given.key}`];
    };
  },
  'rotate-keys': (args) => {
    read(args, {}, z.object({}));
    return async (db, _now, keys) => outcomeOf(await rotateKeys(db, createVault(await keys())));
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

const shownOnce = 'Keep the key: it cannot be shown again.';
const accountRef = z.object({ account: z.uuid({ error: 'must be the id of an account' }) });
const capabilitiesGiven = z
  .array(z.enum(capabilities, { error: `must be one of ${capabilities.join(', ')}` }))
  .default([]);
const accountInput = z.object({
  name: line,
  'time-zone': z
    .string()
    .refine(isTimeZone, { error: 'must be an IANA time zone, such as Europe/Berlin' })
    .default('UTC'),
  capability: capabilitiesGiven,
});
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

type Options = NonNullable<ParseArgsConfig['options']>;

function read<T extends z.ZodType>(args: string[], options: Options, schema: T): z.output<T> {
  const parsed = schema.safeParse(valuesOf(args, options));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, code, message }) => {
    const told = code === 'invalid_type' ? 'is missing' : message;
    return `--${String(path[0])} ${told}`;
  });
  throw new UsageError(problems.join('\n'));
}

function valuesOf(args: string[], options: Options): unknown {
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function requireAccount(db: Db, accountId: string): Promise<void> {
  if ((await findAccount(db, accountId)) === undefined) {
    throw noAccount(accountId);
  }
}

function noAccount(accountId: string): Error {
  return new Error(`There is no account ${accountId}: see list-accounts.`);
}
