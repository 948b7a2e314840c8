import type { WorkflowBundleOption } from '@temporalio/worker';
import { createActivities } from '../activities/index.js';
import { batchCaps, createPlaces, mailCaps, type MailCaps } from '../activities/places.js';
import { createVault } from '../config/vault.js';
import type { WorkerQueue } from '../contract/task-queues.js';
import type { Db } from '../db/client.js';
import type { DatabaseClock } from '../db/clock.js';
import { createPublicHolidays } from '../holidays/date-holidays.js';
import { createSmtpTransport } from '../mail/outgoing/smtp-transport.js';
import { createOutgoingGuard, type OutgoingRules } from '../net/outgoing-guard.js';
import {
  openTemporalClient,
  type TemporalClient,
  type TemporalTarget,
} from '../temporal/connect.js';
import { scheduleRounds } from '../temporal/schedule-rounds.js';
import { createWorkerService } from '../temporal/worker-service.js';
import { openGateway, type GatewayOptions } from './open-gateway.js';
import { databaseService, type DatabaseAccess } from './open-database.js';
import { startServices, type Services } from './services.js';

export interface WorkerProcessOptions extends GatewayOptions {
  readonly database: DatabaseAccess;
  readonly temporal: TemporalTarget;
  readonly bundle: WorkflowBundleOption;
  /** Open the mailboxes' passwords; 32 bytes each, the newest first. */
  readonly encryptionKeys: readonly Buffer[];
  /** Make Message-IDs unforgeable; at least 16 bytes each, the newest first. */
  readonly messageIdKeys: readonly string[];
  /** Which mail servers may be connected to; those of the open internet unless told. */
  readonly outgoing?: OutgoingRules;
  readonly sendLeaseMs: number;
  /** How long a mail server may take until it is ready for a message. */
  readonly smtpReadyMs: number;
  /** How long it may take from the first byte of the message to its answer. */
  readonly smtpAcceptMs: number;
  /** For how many days the texts of mails are kept; 90 unless told. */
  readonly keepTextsDays?: number;
  /** How many mails to one host, from one mailbox and for one account are sent at once; shares of the slots unless told. */
  readonly sendCaps?: MailCaps | undefined;
  /** Which task queues this process serves; all unless told. */
  readonly queues?: readonly WorkerQueue[];
  /** How far Temporal's clock may be ahead of Postgres'; 0, the default, where workflows' time is skipped. */
  readonly clocksApartMs?: number;
  readonly maxCachedWorkflows: number;
  readonly maxConcurrentActivities: number;
  readonly maxConcurrentSends: number;
  readonly maxConcurrentBulk: number;
  readonly shutdownGraceMs: number;
  readonly sweepEverySeconds: number;
  /** How often an activity of an enrollment fails in a row, within seconds, before its run puts it off; 5 without it. */
  readonly quickTries?: number;
  /** Ids of patches that its workflows do not begin; see `contract/patches.ts`. */
  readonly inactivePatches?: readonly string[];
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
    const { db, clock } = await services.start(
      'back',
      databaseService(options.database, options.logger),
    );
    const temporal = await services.start('back', openTemporalClient(options.temporal));
    const activities = activitiesOf(options, { db, clock }, temporal);
    const worker = await services.start('front', createWorkerService({ ...options, activities }));
    await scheduleRounds(temporal.client, options.taskQueue, {
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
  { db, clock }: { readonly db: Db; readonly clock: DatabaseClock },
  temporal: TemporalClient,
): ReturnType<typeof createActivities> {
  const vault = createVault(options.encryptionKeys);
  const outgoing = createOutgoingGuard(options.outgoing);
  const workflows = openGateway(options, db, temporal);
  const publicHolidays = createPublicHolidays();
  return createActivities({
    db,
    transport: createSmtpTransport({ guard: outgoing }),
    messageIdKeys: options.messageIdKeys,
    sendLeaseMs: options.sendLeaseMs,
    smtpReadyMs: options.smtpReadyMs,
    smtpAcceptMs: options.smtpAcceptMs,
    keepTextsDays: options.keepTextsDays ?? 90,
    mailPlaces: createPlaces(options.sendCaps ?? mailCaps(options.maxConcurrentSends)),
    batchPlaces: createPlaces(batchCaps(options.maxConcurrentBulk)),
    clock,
    clocksApartMs: options.clocksApartMs ?? 0,
    quickTries: options.quickTries ?? 5,
    temporalAnswers: () => temporal.healthy(),
    ports: { workflows, vault, outgoing, publicHolidays, logger: options.logger },
    logger: options.logger,
  });
}
