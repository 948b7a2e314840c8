import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { destination } from 'pino';
import { playAnswers } from '../../assembly/play-answers.js';
import { startApi } from '../../assembly/start-api.js';
import { startLocalParts, type LocalParts } from '../../assembly/start-local-parts.js';
import { startWorker, type RunningWorker } from '../../assembly/start-worker.js';
import { salesNavigator } from '../../domain/sequence/step-rules.js';
import type { MailCatcher } from '../../local/mail-catcher.js';
import { createLogger } from '../../observability/logger.js';
import { openDatabase } from '../../db/client.js';
import { loadWorkflowBundle } from '../../temporal/bundle.js';
import { installRuntime } from '../../temporal/runtime.js';
import { createApiClient, type ApiClient } from '../shared/api-client.js';
import { createAccount } from '../../usecases/account/create-account.js';
import type { Curtain } from '../shared/curtain.js';
import { localWorkerSettings } from '../shared/local-settings.js';
import type { StoryClock } from './story-clock.js';

/** Everything that the story needs, running. */
export interface Stage {
  readonly api: ApiClient;
  readonly apiUrl: string;
  readonly key: string;
  readonly accountId: string;
  readonly uiUrl: string;
  readonly mail: MailCatcher;
  readonly mailDirectory: string;
  readonly logFile: string;
  /** For code that moves time from outside. */
  readonly temporal: { readonly connection: Connection; readonly namespace: string };
  /** Rejects if one of its parts breaks down. */
  readonly broken: Promise<never>;
}

/** Where the demo keeps its files: logs, mails and data. */
export async function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'cadenza-demo-'));
}

export function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true });
}

/** Starts the parts of production on this machine, on free ports; `curtain` stops them again. */
export async function setStage(
  directory: string,
  clock: StoryClock,
  curtain: Curtain,
): Promise<Stage> {
  const logFile = join(directory, 'cadenza.log');
  const logger = createLogger({
    level: 'info',
    destination: destination({ dest: logFile, sync: true }),
  });
  installRuntime(logger);
  const bundling = loadWorkflowBundle();
  bundling.catch(() => undefined);
  const parts = await startLocalParts({ directory, persistent: false, timeSkipping: true });
  curtain.add(() => parts.stop());
  const common = {
    ...localWorkerSettings,
    database: { url: parts.databaseUrl, maxConnections: 10 },
    temporal: parts.temporal,
    uiUrl: parts.uiUrl,
    outgoing: { allowedHosts: [`${parts.mail.host}:${parts.mail.port}`] },
    encryptionKeys: [randomBytes(32)],
    messageIdKeys: [randomBytes(32).toString('hex')],
    logger,
  };
  const now = (): string => clock.now();
  const worker = await startWorker({ ...common, bundle: await bundling });
  curtain.add(() => worker.stop());
  // Started last, so that it is the first to take no more work.
  const api = await startApi({ ...common, http: { host: '127.0.0.1', port: 0 }, now });
  curtain.add(() => api.close());
  const answers = await playAnswers({ ...common, now, mail: parts.mail });
  curtain.add(() => answers.stop());
  const connection = await Connection.connect({ address: parts.temporal.address ?? '' });
  curtain.add(() => connection.close());
  const account = await openAccount(parts, clock);
  return {
    api: createApiClient(api.url, account.token),
    apiUrl: api.url,
    key: account.token,
    accountId: account.accountId,
    uiUrl: parts.uiUrl,
    mail: parts.mail,
    mailDirectory: parts.mailDirectory,
    logFile,
    temporal: { connection, namespace: parts.temporal.namespace ?? 'default' },
    broken: breakdown(parts, worker),
  };
}

async function openAccount(parts: LocalParts, clock: StoryClock): ReturnType<typeof createAccount> {
  const database = openDatabase({
    url: parts.databaseUrl,
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
  const account = {
    name: 'Northlight',
    timeZone: 'Europe/Stockholm',
    capabilities: [salesNavigator],
  };
  try {
    return await createAccount(database.db, account, clock.now());
  } finally {
    await database.close();
  }
}

async function breakdown(parts: LocalParts, worker: RunningWorker): Promise<never> {
  const stopped = worker.done.then(() => new Error('the worker stopped'));
  throw await Promise.race([parts.crashed, stopped]);
}
