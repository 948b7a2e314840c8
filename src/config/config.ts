import type { z } from 'zod';
import type { Secret } from './secret.js';
import { settings } from './settings.js';

type Values = z.output<typeof settings>;

/** How a process is set up: read once, never changed. */
export interface Config {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** How many proxies stand in front of the API, or their addresses and networks. */
    readonly trustedProxies: number | string[];
    /** What one caller may take of an API process. */
    readonly limits: {
      readonly rates: { readonly keyPerSecond: number; readonly accountPerSecond: number };
      readonly places: {
        readonly caps: { readonly calls: number; readonly heavy: number };
        readonly waitMs: number;
      };
    };
  };
  readonly database: {
    readonly url: Secret<string>;
    readonly maxConnections: number;
    readonly prepareStatements: boolean;
  };
  /** How to reach Temporal is the SDK's own environment configuration. */
  readonly temporal: {
    readonly uiUrl: string;
    readonly searchAttributesEachStep: boolean;
    /** The module of the payload codec. */
    readonly payloadCodec: string | undefined;
  };
  readonly worker: {
    readonly maxCachedWorkflows: number;
    readonly queues: readonly ('main' | 'send' | 'bulk')[];
    readonly maxConcurrentActivities: number;
    readonly maxConcurrentSends: number;
    readonly maxConcurrentBulk: number;
    readonly shutdownGraceMs: number;
    readonly inactivePatches: readonly string[];
  };
  readonly mail: {
    readonly sendTimeoutMs: number;
    readonly acceptTimeoutMs: number;
    /** For how many days the texts of mails are kept. */
    readonly retentionDays: number;
    /** Where mail may go besides the open internet, and on which ports. */
    readonly outgoing: {
      readonly allowedHosts: readonly string[];
      readonly ports: readonly number[];
    };
    /** The newest first. */
    readonly messageIdSecrets: Secret<readonly string[]>;
  };
  /** The newest first. */
  readonly secrets: { readonly encryptionKeys: Secret<readonly Buffer[]> };
  readonly log: { readonly level: Values['CADENZA_LOG_LEVEL'] };
}

/** Thrown for an environment that cannot be worked with; the message lists all that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The environment is not usable:', ...problems.map((text) => `  ${text}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the configuration, or throws a ConfigError with every problem at once: a value that is missing or no value, and a
 * name of ours that is not known. An empty value counts as none.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  const parsed = settings.safeParse(Object.fromEntries(given));
  const problems = [
    ...(parsed.error?.issues ?? []).map(describe),
    ...given.map(([name]) => name).flatMap(unknownName),
    ...(parsed.success ? contradictions(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return group(parsed.data);
}

/** Never with the value: it may be a secret. */
function describe(issue: z.core.$ZodIssue): string {
  // All values are texts: one of another type is none at all.
  const absent = issue.code === 'invalid_type' && issue.message.startsWith('Invalid');
  const message = absent ? 'is missing' : issue.message;
  return `${issue.path.join('.')} ${message}`;
}

function unknownName(name: string): readonly string[] {
  if (!name.startsWith('CADENZA_') || Object.hasOwn(settings.shape, name)) return [];
  return [`${name} is not known: see .env.example for the names that are`];
}

function contradictions(values: Values): readonly string[] {
  if (values.CADENZA_WORKER_SHUTDOWN_GRACE_MS > values.CADENZA_MAIL_SEND_TIMEOUT_MS) return [];
  return [
    'CADENZA_WORKER_SHUTDOWN_GRACE_MS must be more than CADENZA_MAIL_SEND_TIMEOUT_MS, or a stop breaks off mails',
  ];
}

/** Messages and tasks need a connection for a small part of their time; with more to share one they would wait for it. */
const activitiesPerConnection = 5;
/** Mails need it for a smaller part, since they wait for mail servers. */
const sendsPerConnection = 10;

/** How long a call waits until its account has a place for it. */
const placeWaitMs = 3_000;

/** Of the connections that a process has, one account never takes all. */
function callPlaceCaps(values: Values): { readonly calls: number; readonly heavy: number } {
  const connections = values.CADENZA_DATABASE_MAX_CONNECTIONS;
  const most = Math.max(1, Math.floor((connections - 1) / 2));
  return Object.freeze({
    calls: Math.max(1, Math.floor(connections / 2)),
    heavy: Math.min(values.CADENZA_HTTP_HEAVY_CALLS, most),
  });
}

function group(values: Values): Config {
  const connections = values.CADENZA_DATABASE_MAX_CONNECTIONS;
  return Object.freeze({
    http: Object.freeze({
      host: values.CADENZA_HTTP_HOST,
      port: values.CADENZA_HTTP_PORT,
      trustedProxies: values.CADENZA_HTTP_TRUSTED_PROXIES,
      limits: Object.freeze({
        rates: Object.freeze({
          keyPerSecond: values.CADENZA_HTTP_KEY_REQUESTS_PER_SECOND,
          accountPerSecond: values.CADENZA_HTTP_ACCOUNT_REQUESTS_PER_SECOND,
        }),
        places: Object.freeze({ caps: callPlaceCaps(values), waitMs: placeWaitMs }),
      }),
    }),
    database: Object.freeze({
      url: values.DATABASE_URL,
      maxConnections: values.CADENZA_DATABASE_MAX_CONNECTIONS,
      prepareStatements: values.CADENZA_DATABASE_PREPARE_STATEMENTS,
    }),
    temporal: Object.freeze({
      uiUrl: values.CADENZA_TEMPORAL_UI_URL,
      searchAttributesEachStep: values.CADENZA_SEARCH_ATTRIBUTES_EACH_STEP,
      payloadCodec:
        values.CADENZA_PAYLOAD_CODEC === 'none' ? undefined : values.CADENZA_PAYLOAD_CODEC,
    }),
    worker: Object.freeze({
      maxCachedWorkflows: values.CADENZA_WORKER_MAX_CACHED_WORKFLOWS,
      queues: Object.freeze(values.CADENZA_WORKER_QUEUES),
      maxConcurrentActivities: Math.min(
        values.CADENZA_WORKER_MAX_CONCURRENT_ACTIVITIES,
        connections * activitiesPerConnection,
      ),
      maxConcurrentSends: Math.min(
        values.CADENZA_WORKER_MAX_CONCURRENT_SENDS,
        connections * sendsPerConnection,
      ),
      // Bulk work holds a connection nearly all the time.
      maxConcurrentBulk: Math.min(
        values.CADENZA_WORKER_MAX_CONCURRENT_BULK,
        Math.ceil(connections / 2),
      ),
      shutdownGraceMs: values.CADENZA_WORKER_SHUTDOWN_GRACE_MS,
      inactivePatches: Object.freeze(listOf(values.CADENZA_INACTIVE_PATCHES)),
    }),
    mail: Object.freeze({
      sendTimeoutMs: values.CADENZA_MAIL_SEND_TIMEOUT_MS,
      acceptTimeoutMs: values.CADENZA_MAIL_ACCEPT_TIMEOUT_MS,
      retentionDays: values.CADENZA_MAIL_RETENTION_DAYS,
      outgoing: Object.freeze({
        allowedHosts: Object.freeze(listOf(values.CADENZA_MAIL_ALLOWED_HOSTS)),
        ports: Object.freeze(values.CADENZA_MAIL_PORTS),
      }),
      messageIdSecrets: values.CADENZA_MESSAGE_ID_SECRET,
    }),
    secrets: Object.freeze({ encryptionKeys: values.CADENZA_ENCRYPTION_KEY }),
    log: Object.freeze({ level: values.CADENZA_LOG_LEVEL }),
  });
}

/** The parts of a list with commas between them; `none` is an empty one. */
export function listOf(text: string): string[] {
  const given = text.split(',').map((each) => each.trim());
  return given.filter((each) => each !== 'none');
}
