import type { WorkflowBundleOption } from '@temporalio/worker';
import { createActivities } from '../activities/index.js';
import { createVault } from '../config/vault.js';
import type { Db } from '../db/client.js';
import { createPublicHolidays } from '../holidays/date-holidays.js';
import { createSmtpTransport } from '../mail/outgoing/smtp-transport.js';
import {
  openTemporalClient,
  type TemporalClient,
  type TemporalTarget,
} from '../temporal/connect.js';
import { scheduleSweeper } from '../temporal/schedule-sweeper.js';
import { createWorkerService } from '../temporal/worker-service.js';
import { openGateway, type GatewayOptions } from './open-gateway.js';
import { databaseService, type DatabaseAccess } from './open-database.js';
import { startServices, type Services } from './services.js';

export interface WorkerProcessOptions extends GatewayOptions {
  readonly database: DatabaseAccess;
  readonly temporal: TemporalTarget;
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
}

export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects when it failed. */
  readonly done: Promise<void>;
  readonly health: Services['health'];
  /** Takes no more work, lets running sends finish, then lets go of everything. */
  stop(): Promise<void>;
}

/**
 * Puts a worker together and runs it. When Postgres or Temporal cannot be reached, it rejects and leaves nothing open.
 */
export function startWorker(options: WorkerProcessOptions): Promise<RunningWorker> {
  return startServices(async (services) => {
    const { db } = await services.start('back', databaseService(options.database, options.logger));
    const temporal = await services.start('back', openTemporalClient(options.temporal));
    const activities = activitiesOf(options, db, temporal);
    const worker = await services.start('front', createWorkerService({ ...options, activities }));
    await scheduleSweeper(temporal.client, options.taskQueue, {
      everySeconds: options.sweepEverySeconds,
    });
    const done = worker.ended.finally(services.stop);
    return {
      done,
      health: services.health,
      stop: async () => {
        await services.stop();
        await done;
      },
    };
  });
}

function activitiesOf(
  options: WorkerProcessOptions,
  db: Db,
  temporal: TemporalClient,
): ReturnType<typeof createActivities> {
  const vault = createVault(options.encryptionKey);
  const workflows = openGateway(options, db, temporal);
  return createActivities({
    db,
    transport: createSmtpTransport(),
    openSecret: (sealed) => vault.open(sealed),
    messageIdKey: options.messageIdKey,
    sendLeaseMs: options.sendLeaseMs,
    smtpIdleMs: options.smtpIdleMs,
    temporalAnswers: () => temporal.healthy(),
    ports: { workflows, vault, publicHolidays: createPublicHolidays(), logger: options.logger },
    logger: options.logger,
  });
}
