import { z } from 'zod';
import { createApp } from '../../src/api/app.js';
import type { CallLimits } from '../../src/api/deps.js';
import { mintApiKey } from '../../src/usecases/account/api-key.js';
import { createHttpServer } from '../../src/api/server.js';
import { createVault, type Vault } from '../../src/config/vault.js';
import type { BulkRef } from '../../src/contract/bulk.js';
import type { TaskEmailRef } from '../../src/contract/task-email.js';
import type { RunStanding, WorkflowGateway } from '../../src/contract/gateway.js';
import { openDatabase, type Db } from '../../src/db/client.js';
import { newId } from '../../src/db/new-id.js';
import { insertAccount } from '../../src/db/queries/accounts.js';
import { insertApiKey } from '../../src/db/queries/api-keys.js';
import type { Instant } from '../../src/domain/time/types.js';
import { createPublicHolidays } from '../../src/holidays/date-holidays.js';
import type { HealthReport } from '../../src/observability/health.js';
import { createOutgoingGuard } from '../../src/net/outgoing-guard.js';
import { createLogger } from '../../src/observability/logger.js';
import { createTestDatabase } from './database.js';
import { requireDeclared } from './declared.js';
import { patientBounds } from './patient-bounds.js';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON body; empty for one that is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The parts of bodies that tests ask for again and again. */
  readonly id: string;
  readonly code: string | undefined;
  readonly errors: readonly AnswerError[];
  readonly pointers: readonly string[];
  readonly ids: readonly string[];
  /** The cursor of the next page. */
  readonly next: string | undefined;
}

const answerError = z.looseObject({ pointer: z.string(), code: z.string() });
type AnswerError = z.output<typeof answerError>;

const anyBody = z.record(z.string(), z.unknown()).catch({});
const knownParts = z.object({
  id: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  errors: z.array(answerError).catch([]),
  results: z.array(z.looseObject({ id: z.string().catch('') })).catch([]),
  paging: z.object({ next: z.object({ after: z.string() }).nullable() }).catch({ next: null }),
});

/** An account with a key of its own, as a caller of the API. */
export interface TestCaller {
  readonly accountId: string;
  readonly key: string;
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>;
}

export interface TestApi extends TestCaller {
  readonly url: string;
  readonly db: Db;
  readonly databaseUrl: string;
  readonly vault: Vault;
  readonly workflows: WorkflowGateway;
  /** Every line that was logged. */
  readonly logLines: readonly string[];
  /** Another account, or another key of an account. */
  createCaller(options?: CallerOptions): Promise<TestCaller>;
  close(): Promise<void>;
}

interface CallerOptions {
  /** A new account without it. */
  readonly accountId?: string;
  readonly scopes?: readonly string[];
  readonly capabilities?: readonly string[];
}

export interface TestApiOptions {
  /** A fake that takes everything at once, without it. */
  readonly workflows?: WorkflowGateway;
  readonly now?: () => Instant;
  readonly capabilities?: readonly string[];
  readonly trustedProxies?: number | string[];
  /** What one caller may take; anything without it. */
  readonly limits?: CallLimits;
  readonly health?: () => Promise<HealthReport>;
  /** A database that somebody else made and drops; one of its own without it. */
  readonly databaseUrl?: string;
}

/** A gateway that only remembers what was delivered. */
export interface RecordingGateway extends WorkflowGateway {
  readonly delivered: { readonly accountId: string; readonly enrollmentId: string }[];
  readonly deliveredBulks: BulkRef[];
  readonly deliveredTaskEmails: TaskEmailRef[];
  /** What the next deliveries say. */
  outcome: 'delivered' | 'pending';
  /** How it says that each run stands. */
  standing: RunStanding;
}

export function createRecordingGateway(): RecordingGateway {
  const gateway: RecordingGateway = {
    delivered: [],
    deliveredBulks: [],
    deliveredTaskEmails: [],
    outcome: 'delivered',
    standing: 'gone',
    deliver: ({ kind, accountId, id }) => {
      if (kind === 'enrollment') gateway.delivered.push({ accountId, enrollmentId: id });
      if (kind === 'bulk') gateway.deliveredBulks.push({ accountId, bulkId: id });
      if (kind === 'task_email') gateway.deliveredTaskEmails.push({ accountId, taskId: id });
      return Promise.resolve(gateway.outcome);
    },
    lookUp: () => Promise.resolve(gateway.standing),
    runUrl: (enrollmentId) => `http://temporal.test/enrollment/${enrollmentId}`,
    bulkRunUrl: (bulkId) => `http://temporal.test/bulk/${bulkId}`,
  };
  return gateway;
}

/** The whole API over a real Postgres and real HTTP, with one account and an admin's key to it. */
export async function startApi(options: TestApiOptions = {}): Promise<TestApi> {
  const own = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
  const databaseUrl = options.databaseUrl ?? own?.url ?? '';
  const logLines: string[] = [];
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => void logLines.push(line) },
  });
  const database = openDatabase({
    url: databaseUrl,
    maxConnections: 20,
    bounds: patientBounds,
    onConnectionError: (error) => {
      logger.error({ err: error }, 'idle connection');
    },
  });
  const workflows = options.workflows ?? createRecordingGateway();
  const vault = createVault([Buffer.alloc(32, 1)]);
  const now = options.now ?? (() => new Date().toISOString());
  const app = createApp({
    db: database.db,
    now,
    logger,
    trustedProxies: options.trustedProxies,
    limits: options.limits,
    vault,
    workflows,
    outgoing: createOutgoingGuard(),
    publicHolidays: createPublicHolidays(),
    health: options.health ?? (() => Promise.resolve({ ready: true, checks: {} })),
  });
  const server = createHttpServer(app, { host: '127.0.0.1', port: 0, graceMs: 1000 });
  await server.start();
  const createCaller = (callerOptions: CallerOptions = {}) =>
    createCallerOf(database.db, server.url, callerOptions);
  const first = await createCaller({ capabilities: options.capabilities ?? [] });
  return {
    ...first,
    url: server.url,
    db: database.db,
    databaseUrl,
    vault,
    workflows,
    logLines,
    createCaller,
    close: async () => {
      server.drain();
      await server.stop();
      await database.close();
      await own?.drop();
    },
  };
}

async function createCallerOf(db: Db, url: string, options: CallerOptions): Promise<TestCaller> {
  const createdAt = new Date().toISOString();
  const accountId = options.accountId ?? newId(createdAt);
  if (options.accountId === undefined) {
    const capabilities = [...(options.capabilities ?? [])];
    await insertAccount(db, {
      id: accountId,
      name: 'Test account',
      timeZone: 'UTC',
      capabilities,
      createdAt,
    });
  }
  const id = newId(createdAt);
  const { token, secretHash } = mintApiKey(id);
  const scopes = [...(options.scopes ?? ['admin'])];
  await insertApiKey(db, accountId, { id, name: 'test', secretHash, scopes, createdAt });
  return {
    accountId,
    key: token,
    request: async (method, path, body, headers) => {
      const given = { authorization: `Bearer ${token}`, ...headers };
      const answer = await send(`${url}${path}`, method, body, given);
      requireDeclared(method, path, answer.status);
      return answer;
    },
  };
}

/** Sends what is a text as it is, and anything else as JSON; an empty header is left out. */
export async function send(
  url: string,
  method: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> {
  const given = { 'content-type': 'application/json', ...headers };
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const parsed = anyBody.parse(isJson ? JSON.parse(text) : undefined);
  const { id, code, errors, results, paging } = knownParts.parse(parsed);
  return {
    status: response.status,
    headers: response.headers,
    body: parsed,
    id,
    code,
    errors,
    pointers: errors.map(({ pointer }) => pointer),
    ids: results.map((row) => row.id),
    next: paging.next?.after,
  };
}
