import { z } from 'zod';
import { mailboxInput } from '../../api/shapes/mailbox.js';
import { userInput } from '../../api/shapes/user.js';
import type { Db } from '../../db/client.js';
import { isTimeZone } from '../../domain/time/zone.js';
import type { Instant } from '../../domain/time/types.js';
import {
  createAccount,
  openAccount,
  type FirstPeople,
  type NewAccount,
} from '../../usecases/account/create-account.js';
import { Refusal } from '../../usecases/refusal.js';
import { firstEnrollment } from './first-enrollment.js';
import { capabilitiesGiven, line, many, readOptions, text, UsageError } from './read-options.js';
import { portsOf, shownOnce, type Surroundings } from './surroundings.js';

const securities = ['tls', 'starttls', 'none'] as const;
/** The port on which TLS begins with the first byte (RFC 8314). */
const implicitTlsPort = 465;

const options = {
  ...{ name: text, 'time-zone': text, capability: many },
  ...{ 'admin-email': text, 'admin-name': text },
  ...{ smtp: text, 'smtp-user': text, 'smtp-security': text },
};

const input = z
  .object({
    name: line,
    'time-zone': z
      .string()
      .refine(isTimeZone, { error: 'must be an IANA time zone, such as Europe/Berlin' })
      .default('UTC'),
    capability: capabilitiesGiven,
    'admin-email': z.string().optional(),
    'admin-name': line.optional(),
    smtp: z.string().transform(hostAndPort).optional(),
    'smtp-user': z.string().min(1).optional(),
    'smtp-security': z
      .enum(securities, { error: `must be one of ${securities.join(', ')}` })
      .optional(),
  })
  .superRefine((given, context) => {
    for (const [name, needed] of neededBy) {
      if (given[name] === undefined || given[needed] !== undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [needed],
        message: `is missing: --${name} needs it`,
      });
    }
  });

/** What stands on the left means nothing without what stands on the right. */
const neededBy = [
  ['admin-name', 'admin-email'],
  ['smtp', 'admin-email'],
  ['smtp-user', 'smtp'],
  ['smtp-security', 'smtp'],
] as const;

/** An account as the command line asks for it. */
export type WantedAccount = z.output<typeof input>;

/** Reads the options of `create-account`. Throws a UsageError with all that is wrong with them. */
export function readAccount(args: string[]): WantedAccount {
  return readOptions(args, options, input);
}

function hostAndPort(given: string, context: z.RefinementCtx): { host: string; port: number } {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(given) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined) return { host, port: Number(port) };
  context.addIssue({ code: 'custom', message: 'must be a host and a port: smtp.example.com:587' });
  return z.NEVER;
}

/**
 * Makes the account with its first key and, when an admin is named, them and their mailbox; nothing of it if something
 * is refused. Returns what to print: with a mailbox the commands of a first enrollment.
 */
export async function makeAccount(
  db: Db,
  now: Instant,
  wanted: WantedAccount,
  around: Surroundings,
): Promise<readonly string[]> {
  const { name, 'time-zone': timeZone, capability: capabilities, 'admin-email': email } = wanted;
  const account = { name, timeZone, capabilities };
  if (email === undefined) {
    const { accountId, keyId, token } = await createAccount(db, account, now);
    return [`account  ${accountId}`, `key id   ${keyId}`, `key      ${token}`, shownOnce];
  }
  const made = await open(
    db,
    now,
    { account, people: await peopleOf(wanted, email, around) },
    around,
  );
  const { accountId, keyId, token, user, mailbox } = made;
  const isLocal = wanted.smtp === undefined;
  return [
    `account  ${accountId}`,
    `admin    ${user.id}  ${user.email}`,
    `mailbox  ${mailbox.id}  ${mailbox.address}, by ${mailbox.smtpHost}:${mailbox.smtpPort}`,
    `key id   ${keyId}`,
    `key      ${token}`,
    shownOnce,
    ...firstEnrollment({ apiUrl: around.apiUrl, key: token, user: user.email, isLocal }),
  ];
}

interface Wanted {
  readonly account: NewAccount;
  readonly people: FirstPeople;
}

async function open(
  db: Db,
  now: Instant,
  { account, people }: Wanted,
  around: Surroundings,
): ReturnType<typeof openAccount> {
  try {
    return await openAccount(db, account, people, { now, ports: await portsOf(around) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new UsageError(
      error.details.errors
        ?.map(({ pointer, message }) => `${optionAt(pointer)} ${message}`)
        .join('\n') ?? error.details.detail,
    );
  }
}

/** The admin and their mailbox, by the shapes of the API. Throws a UsageError with all that is wrong with them. */
async function peopleOf(
  wanted: WantedAccount,
  email: string,
  around: Surroundings,
): Promise<FirstPeople> {
  const { 'time-zone': timeZone, 'admin-name': name = email.split('@')[0] } = wanted;
  const user = readAs(userInput, { email, name, timeZone, role: 'admin' });
  const smtp = await serverOf(wanted, around);
  return { user, mailbox: readAs(mailboxInput, { address: email, smtp }) };
}

async function serverOf(wanted: WantedAccount, around: Surroundings): Promise<object> {
  const { smtp, 'smtp-user': username, 'smtp-security': security } = wanted;
  if (smtp !== undefined) {
    return {
      ...smtp,
      security: security ?? (smtp.port === implicitTlsPort ? 'tls' : 'starttls'),
      ...(username !== undefined && { username, password: await around.smtpPassword() }),
    };
  }
  const { localMail } = around;
  if (localMail !== undefined) return { ...localMail, security: 'none' };
  throw new UsageError(
    '--smtp is missing: no npm start is running whose mail server could be used.',
  );
}

function readAs<T extends z.ZodType>(schema: T, body: object): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${optionAt(`/${path.join('/')}`)} ${message}`,
  );
  throw new UsageError([...new Set(problems)].join('\n'));
}

/** The option that a field of the API's bodies was taken from. */
function optionAt(pointer: string): string {
  if (pointer === '/name') return '--admin-name:';
  if (pointer === '/smtp/username') return '--smtp-user:';
  if (pointer === '/smtp/password') return 'The password:';
  return pointer.startsWith('/smtp') ? '--smtp:' : '--admin-email:';
}
