import { randomBytes, randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { pino } from 'pino';
import { inject } from 'vitest';
import { mintApiKey } from '../../src/usecases/account/api-key.js';
import { startApi, type RunningApi } from '../../src/assembly/start-api.js';
import {
  startWorker,
  type RunningWorker,
  type WorkerProcessOptions,
} from '../../src/assembly/start-worker.js';
import { openDatabase, type Db } from '../../src/db/client.js';
import { newId } from '../../src/db/new-id.js';
import { insertAccount } from '../../src/db/queries/accounts.js';
import { logEntries } from '../../src/db/schema/index.js';
import { insertApiKey } from '../../src/db/queries/api-keys.js';
import {
  startMailCatcher,
  type MailCatcher,
  type MailCatcherOptions,
} from '../../src/local/mail-catcher.js';
import { fastForward } from '../../src/local/time-skipping.js';
import { workflowBundle } from './bundles.js';
import { createTestDatabase } from './database.js';
import { localMail } from './local-mail.js';
import { noLimits } from './no-limits.js';
import { patientBounds } from './patient-bounds.js';
import { quieten } from './temporal.js';
import { requireDeclaredFacts } from './declared-facts.js';
import { createStackClient, type StackClient } from './stack-client.js';

/** The whole service in one process, over the run's Postgres and Temporal, with a mail server and a story's clock. */
export interface Stack {
  readonly db: Db;
  readonly databaseUrl: string;
  /** Where its API listens. */
  readonly apiUrl: string;
  readonly catcher: MailCatcher;
  readonly connection: Connection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly accountId: string;
  /** A key that may do everything in the account. */
  readonly apiKey: string;
  readonly api: StackClient;
  /** Makes another account. */
  otherAccount(): Promise<Pick<Stack, 'accountId' | 'apiKey' | 'api'>>;
  /** The story's time. */
  now(): string;
  /** Moves these enrollments, and with them the API's clock, on by so many hours. */
  forward(enrollmentIds: readonly string[], hours: number): Promise<void>;
  /** Brings a new enrollment, which Temporal begins at the machine's time, to the story's. */
  catchUp(enrollmentId: string): Promise<void>;
  startWorker(overrides?: Partial<WorkerProcessOptions>): Promise<RunningWorker>;
  /** What a worker of this stack is started with, for one that runs elsewhere. */
  readonly workerSettings: WorkerSettings;
  close(): Promise<void>;
}

/** What can be said of a worker in words alone. */
export type WorkerSettings = Omit<WorkerProcessOptions, 'bundle' | 'logger'>;

export interface StackOptions {
  readonly mail?: MailCatcherOptions;
  /** Without a worker of its own, a test starts one when it wants to. */
  readonly worker?: Partial<WorkerProcessOptions> | false;
  readonly temporalAddress?: string;
  /** What its API and its workers put payloads through; nothing without it. */
  readonly payloadCodec?: PayloadCodec;
  /** How long it may take for one answer, in milliseconds. */
  readonly payloadCodecMs?: number;
  /** How many connections to Postgres its workers have; 10 without it. */
  readonly workerConnections?: number;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  quieten();
  const database = await createTestDatabase();
  const temporal = {
    address: options.temporalAddress ?? inject('temporalAddress'),
    namespace: inject('temporalNamespace'),
    ...(options.payloadCodec && { payloadCodec: options.payloadCodec }),
    ...(options.payloadCodecMs && { payloadCodecMs: options.payloadCodecMs }),
  };
  const taskQueue = `test-${randomUUID()}`;
  const encryptionKeys = [randomBytes(32)];
  const logger = pino({ level: 'fatal' });
  const clock = { offsetMs: 0 };
  const now = (): string => new Date(Date.now() + clock.offsetMs).toISOString();
  const catcher = await startMailCatcher(options.mail ?? {});
  const settings = {
    database: { url: database.url, maxConnections: 10 },
    temporal,
    taskQueue,
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep: true,
    encryptionKeys,
    outgoing: localMail,
  };
  const api = await startApi({ ...settings, logger, http: { host: '127.0.0.1', port: 0 }, now });
  const pool = openDatabase({
    url: database.url,
    maxConnections: 4,
    bounds: patientBounds,
    onConnectionError: () => undefined,
  });
  const account = await openAccount(pool.db, now());
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const workers: RunningWorker[] = [];
  const workerSettings: WorkerSettings = {
    ...settings,
    database: { url: database.url, maxConnections: options.workerConnections ?? 10 },
    messageIdKeys: ['a secret of the tests alone'],
    sendLeaseMs: 20_000,
    smtpReadyMs: 20_000,
    smtpAcceptMs: 20_000,
    maxCachedWorkflows: 200,
    maxConcurrentActivities: 50,
    maxConcurrentSends: 50,
    maxConcurrentBulk: 5,
    shutdownGraceMs: 5_000,
    sweepEverySeconds: 2,
  };
  const startOne = async (overrides: Partial<WorkerProcessOptions> = {}) => {
    const bundle = overrides.bundle ?? (await workflowBundle());
    const worker = await startWorker({ ...workerSettings, logger, ...overrides, bundle });
    workers.push(worker);
    return worker;
  };
  if (options.worker !== false) await startOne(options.worker);
  const { namespace } = temporal;
  const skip = async (id: string, seconds: number): Promise<void> => {
    if (seconds === 0) return;
    await fastForward({ connection, namespace, workflowId: `enrollment/${id}`, seconds });
  };
  return {
    db: pool.db,
    databaseUrl: database.url,
    apiUrl: api.url,
    catcher,
    connection,
    namespace,
    taskQueue,
    accountId: account.id,
    apiKey: account.key,
    api: createStackClient(api.url, account.key),
    otherAccount: async () => {
      const { id, key } = await openAccount(pool.db, now());
      return { accountId: id, apiKey: key, api: createStackClient(api.url, key) };
    },
    now,
    catchUp: (id) => skip(id, clock.offsetMs / 1000),
    forward: async (enrollmentIds, hours) => {
      const seconds = hours * 3600;
      await Promise.all(enrollmentIds.map((id) => skip(id, seconds)));
      clock.offsetMs += seconds * 1000;
    },
    startWorker: startOne,
    workerSettings,
    close: () => closeAll({ workers, api, catcher, connection, pool, database, taskQueue }),
  };
}

async function openAccount(db: Db, at: string): Promise<{ id: string; key: string }> {
  const id = newId(at);
  await insertAccount(db, {
    id,
    name: 'Test',
    timeZone: 'UTC',
    capabilities: ['linkedin_sales_navigator'],
    // Whoever tests a limit sets it; the others send as much as they like.
    ...noLimits,
    createdAt: at,
  });
  const keyId = randomUUID();
  const minted = mintApiKey(keyId);
  await insertApiKey(db, id, {
    id: keyId,
    name: 'tests',
    secretHash: minted.secretHash,
    scopes: ['admin'],
    createdAt: at,
  });
  return { id, key: minted.token };
}

async function closeAll(parts: {
  readonly workers: readonly RunningWorker[];
  readonly api: RunningApi;
  readonly catcher: MailCatcher;
  readonly connection: Connection;
  readonly pool: { readonly db: Db; close(): Promise<void> };
  readonly database: { drop(): Promise<void> };
  readonly taskQueue: string;
}): Promise<void> {
  await Promise.all(parts.workers.map((worker) => worker.stop()));
  for (const schedule of ['sweeper', 'reminders']) {
    await parts.connection.workflowService
      .deleteSchedule({
        namespace: inject('temporalNamespace'),
        scheduleId: `${schedule}/${parts.taskQueue}`,
      })
      .catch(() => undefined);
  }
  await parts.api.close();
  await parts.catcher.stop();
  await parts.connection.close();
  const written = await parts.pool.db.select().from(logEntries);
  await parts.pool.close();
  await parts.database.drop();
  requireDeclaredFacts(written);
}
