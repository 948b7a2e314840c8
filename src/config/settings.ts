import { isIP } from 'node:net';
import { z } from 'zod';
import { readAllowedHost } from '../net/allowed-hosts.js';
import { usualPorts } from '../net/outgoing-guard.js';
import { Secret } from './secret.js';

/** The levels that a log can have. */
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const keyBytes = 32;
const minSecretLength = 32;

interface About {
  /** What it does, as `.env.example` says it. */
  readonly description: string;
  /** What stands for it in `.env.example` when there is no default; nothing for a secret that must be made. */
  readonly example: string;
}

function integer(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

function url(protocol: RegExp, error: string) {
  return z.string().refine((text) => URL.canParse(text) && protocol.test(text), { error });
}

const secret = z.string({ error: 'is missing: make one with `openssl rand -base64 32`' });

/**
 * One secret, or several with commas between them, the newest first. Each is looked at by itself, and what is wrong with it is
 * told by its place.
 */
function several(given: z.ZodString, isFit: (text: string) => boolean, error: string) {
  return given.transform((text, context): readonly string[] => {
    const parts = text.split(',');
    const all = parts.length === 1 ? parts : parts.map((each) => each.trim());
    for (const [index, each] of all.entries()) {
      if (isFit(each)) continue;
      const place = all.length === 1 ? '' : `(number ${index + 1} of ${all.length}) `;
      context.addIssue({ code: 'custom', message: `${place}${error}` });
    }
    return all;
  });
}

const queueNames = ['main', 'send', 'bulk'] as const;

const queues = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine((names) => names.every((name) => queueNames.some((known) => known === name)), {
    error: `must name some of ${queueNames.join(', ')}, with a comma between two`,
  })
  .transform((names) => queueNames.filter((known) => names.includes(known)));

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((text) => text === 'true');

const trustedProxies = z.string().transform((text, context): number | string[] => {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const given = text.split(',').map((each) => each.trim());
  if (given.every(isNetwork)) return given;
  context.addIssue({
    code: 'custom',
    message: 'must be a number of proxies, or addresses and networks such as 10.0.0.0/8',
  });
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const length = prefix === undefined ? most : Number(prefix);
  return most > 0 && rest.length === 0 && /^\d{0,3}$/.test(prefix ?? '') && length <= most;
}

const allowedHosts = z.string().refine(
  (text) => {
    const given = text.split(',').map((each) => each.trim());
    return text === 'none' || given.every((each) => readAllowedHost(each) !== undefined);
  },
  { error: 'must be none, or names, addresses and networks such as mail:1025 or 10.0.0.0/8' },
);

const ports = z
  .string()
  .regex(/^\d{1,5}(?: *, *\d{1,5})*$/, { error: 'must be ports with commas between them' })
  .transform((text) => text.split(',').map(Number))
  .refine((given) => given.every((port) => port >= 1 && port <= 65_535), {
    error: 'must be ports with commas between them',
  });

const encryptionKeys = several(
  secret.trim(),
  (text) => /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').length === keyBytes,
  `must be ${keyBytes} bytes in base64`,
).transform((texts) => new Secret(texts.map((text) => Buffer.from(text, 'base64'))));

// One alone is taken as it is written, blanks and all, since mails were signed with it like that.
const messageIdSecrets = several(
  secret,
  (text) => text.length >= minSecretLength,
  `must have at least ${minSecretLength} characters`,
).transform((texts) => new Secret(texts));

/** Every environment variable that is read, in the order of `.env.example`. */
export const settings = z.object({
  DATABASE_URL: url(/^postgres(?:ql)?:/, 'must be a URL such as postgres://user:password@host/name')
    .transform((text) => new Secret(text))
    .meta({
      description:
        'The Postgres that holds everything; `npm start`, which has one of its own, uses it instead.',
      example: 'postgres://cadenza:cadenza@localhost:5432/cadenza',
    } satisfies About),
  CADENZA_DATABASE_MAX_CONNECTIONS: integer(1, 1000)
    .prefault('10')
    .meta({ description: 'The most connections that one process opens.' }),
  CADENZA_DATABASE_PREPARE_STATEMENTS: flag.prefault('true').meta({
    description:
      'Have Postgres keep the plans of repeated statements; false for a PgBouncer that knows no prepared statements.',
  }),
  CADENZA_HTTP_HOST: z
    .string()
    .prefault('127.0.0.1')
    .meta({ description: 'The address that the API listens on; 0.0.0.0 for all.' }),
  CADENZA_HTTP_PORT: integer(0, 65_535)
    .prefault('3000')
    .meta({ description: 'The port that the API listens on; 0 for any free one.' }),
  CADENZA_HTTP_TRUSTED_PROXIES: trustedProxies.prefault('0').meta({
    description:
      'Whose X-Forwarded-For is believed, for the addresses in the log: how many proxies stand in front, or their addresses and networks with commas between.',
  }),
  CADENZA_HTTP_KEY_REQUESTS_PER_SECOND: integer(0, 100_000).prefault('100').meta({
    description:
      'How many requests a second one key may make of a process in the long run, and ten times as many at once; 0 for any number.',
  }),
  CADENZA_HTTP_ACCOUNT_REQUESTS_PER_SECOND: integer(0, 100_000).prefault('200').meta({
    description: 'The same for all keys of one account together.',
  }),
  CADENZA_HTTP_HEAVY_CALLS: integer(1, 1000).prefault('4').meta({
    description:
      'How many calls that read or write much one account may have under way at once in a process; at most half of its connections to Postgres.',
  }),
  CADENZA_TEMPORAL_UI_URL: url(/^https?:/, 'must be an http or https URL')
    .transform((text) => text.replace(/\/+$/, ''))
    .prefault('http://localhost:8233')
    .meta({ description: 'Where the Temporal UI is, for links to runs.' }),
  CADENZA_PAYLOAD_CODEC: z.string().prefault('none').meta({
    description:
      'A JavaScript module whose export payloadCodec encrypts what is sent to Temporal and reads it again; the same for APIs and workers.',
  }),
  CADENZA_SEARCH_ATTRIBUTES_EACH_STEP: flag.prefault('true').meta({
    description:
      'Keep CurrentStep and NextActionAt up to date in Temporal: one event and one billed action more a step.',
  }),
  CADENZA_WORKER_MAX_CACHED_WORKFLOWS: integer(1, 1_000_000)
    .prefault('1000')
    .meta({ description: 'How many enrollments a worker keeps in memory.' }),
  CADENZA_WORKER_QUEUES: queues.prefault('main,send,bulk').meta({
    description:
      'What a worker works on: main (workflows, messages, tasks), send (mails), bulk (bulk enrollments, sweeps).',
  }),
  CADENZA_WORKER_MAX_CONCURRENT_ACTIVITIES: integer(1, 10_000).prefault('50').meta({
    description:
      'How many messages and tasks a worker works on at once; at most 5 for each of its connections to Postgres.',
  }),
  CADENZA_WORKER_MAX_CONCURRENT_SENDS: integer(1, 10_000).prefault('100').meta({
    description:
      'How many mails a worker sends at once; at most 10 for each of its connections to Postgres. One host has a quarter of them, of which an account has half; an account has half of all, a mailbox a twentieth.',
  }),
  CADENZA_WORKER_MAX_CONCURRENT_BULK: integer(1, 1000).prefault('5').meta({
    description:
      'How many bulk enrollments and sweeps a worker works on at once; at most half of its connections to Postgres.',
  }),
  CADENZA_WORKER_SHUTDOWN_GRACE_MS: integer(0, 3_600_000).prefault('60000').meta({
    description:
      'How long a worker that is told to stop finishes what it began; a mail whose body has begun is waited for until its server has answered.',
  }),
  CADENZA_INACTIVE_PATCHES: z
    .string()
    .regex(/^[a-z]+(?:-[a-z]+)*(?:,[a-z]+(?:-[a-z]+)*)*$/, {
      error: 'must be none, or ids of patches with commas between them',
    })
    .prefault('none')
    .meta({
      description:
        'Patches of workflow code that this worker does not begin, so that a release which lacks them can take over again.',
    }),
  CADENZA_MAIL_SEND_TIMEOUT_MS: integer(1000, 600_000).prefault('30000').meta({
    description:
      'How long one SMTP conversation may take until the mail server is ready for the message.',
  }),
  CADENZA_MAIL_ACCEPT_TIMEOUT_MS: integer(1000, 900_000).prefault('600000').meta({
    description:
      'How long a mail server may take for the message and its answer; one that is cut off there is uncertain. RFC 5321 asks for 10 minutes.',
  }),
  CADENZA_MAIL_RETENTION_DAYS: integer(1, 3650).prefault('90').meta({
    description:
      'For how many days the text of a mail is kept after it was sent, refused or withdrawn, 1 to 3650; then only its ids, its times and a digest.',
  }),
  CADENZA_MAIL_PORTS: ports.prefault(usualPorts.join(',')).meta({
    description: 'The ports that a mail server may have, with commas between them.',
  }),
  CADENZA_MAIL_ALLOWED_HOSTS: allowedHosts.prefault('none').meta({
    description:
      'Mail servers that are not on the open internet: names, addresses and networks with commas between, each with a port of its own or * for any, such as mail:1025 or 10.0.0.0/8. Whoever connects a mailbox can have mail sent there.',
  }),
  CADENZA_MESSAGE_ID_SECRET: messageIdSecrets.meta({
    description:
      'Makes Message-IDs that nobody can guess. Several with commas between them, the newest first: that one signs, all are recognised.',
    example: '',
  } satisfies About),
  CADENZA_ENCRYPTION_KEY: encryptionKeys.meta({
    description:
      'Encrypts the passwords of mailboxes: 32 bytes in base64. Several with commas between them, the newest first: that one encrypts, all decrypt.',
    example: '',
  } satisfies About),
  CADENZA_DATA_DIRECTORY: z.string().prefault('.data').meta({
    description:
      'Where npm start keeps its data, its mails and its log, below the directory of Cadenza; nothing else uses it.',
  }),
  CADENZA_LOG_LEVEL: z
    .enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` })
    .prefault('info')
    .meta({ description: `What is logged: ${logLevels.join(', ')}.` }),
});
