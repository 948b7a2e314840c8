import type { Logger } from 'pino';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { createActivities } from '../activities/index.js';
import { createVault } from '../config/vault.js';
import type { WorkflowGateway } from '../contract/gateway.js';
import type { Db } from '../db/client.js';
import { createOutboxStore } from '../db/outbox-store.js';
import { createPublicHolidays } from '../holidays/date-holidays.js';
import { createSmtpTransport } from '../mail/outgoing/smtp-transport.js';
import {
  openTemporalClient,
  openWorkerConnection,
  type TemporalTarget,
} from '../temporal/connect.js';
import { createGateway } from '../temporal/gateway.js';
import { scheduleSweeper } from '../temporal/schedule-sweeper.js';
import { createWorker } from '../temporal/worker.js';
import { openKnownDatabase, type DatabaseAccess } from './open-database.js';
import { openParts } from './opened.js';

export interface WorkerProcessOptions {
  readonly database: DatabaseAccess;
  readonly temporal: TemporalTarget;
  readonly taskQueue: string;
  readonly uiUrl: string;
  readonly searchAttributesEachStep: boolean;
  readonly bundle: WorkflowBundleOption;
  /** Opens the mailboxes' passwords; 32 bytes. */
  readonly encryptionKey: Buffer;
  /** Makes Message-IDs unforgeable; at least 16 bytes. */
  readonly messageIdKey: string;
  readonly sendLeaseMs: number;
  readonly smtpIdleMs: number;
  readonly maxCachedWorkflows: number;
  readonly maxConcurrentActivities: number;
  readonly shutdownGraceMs: number;
  readonly sweepEverySeconds: number;
  readonly logger: Logger;
}

export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects when it failed. */
  readonly done: Promise<void>;
  /** Lets running sends finish, then lets go of everything. */
  stop(): Promise<void>;
}

/** Puts a worker together and runs it. Rejects when Postgres or Temporal cannot be reached, and leaves nothing open then. */
export function startWorker(options: WorkerProcessOptions): Promise<RunningWorker> {
  return openParts(async (opened) => {
    const { logger, taskQueue } = options;
    const database = opened.keep(await openKnownDatabase(options.database, logger));
    const temporal = opened.keep(openTemporalClient(options.temporal));
    const { connection, namespace } = await openWorkerConnection(options.temporal);
    opened.keep(connection);
    const gateway = createGateway({
      client: temporal.client,
      namespace,
      taskQueue,
      outbox: createOutboxStore(database.db),
      uiUrl: options.uiUrl,
      searchAttributesEachStep: options.searchAttributesEachStep,
      logger,
    });
    const activities = activitiesOf(options, database.db, gateway);
    await scheduleSweeper(temporal.client, taskQueue, options.sweepEverySeconds);
    const worker = await createWorker({ ...options, connection, namespace, activities });
    const done = worker.run().finally(opened.close);
    return {
      done,
      stop: async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await done;
      },
    };
  });
}

function activitiesOf(
  options: WorkerProcessOptions,
  db: Db,
  gateway: WorkflowGateway,
): ReturnType<typeof createActivities> {
  const vault = createVault(options.encryptionKey);
  return createActivities({
    db,
    transport: createSmtpTransport(),
    openSecret: (sealed) => vault.open(sealed),
    messageIdKey: options.messageIdKey,
    sendLeaseMs: options.sendLeaseMs,
    smtpIdleMs: options.smtpIdleMs,
    deliver: (ref, start) => gateway.deliver(ref, start),
    deliverBulk: (ref) => gateway.deliverBulk(ref),
    deliverTaskEmail: (ref) => gateway.deliverTaskEmail(ref),
    ports: {
      workflows: gateway,
      publicHolidays: createPublicHolidays(),
      vault,
      logger: options.logger,
    },
    logger: options.logger,
  });
}
