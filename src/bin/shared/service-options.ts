import type { Logger } from 'pino';
import type { ApiOptions } from '../../assembly/start-api.js';
import type { WorkerProcessOptions } from '../../assembly/start-worker.js';
import type { Config } from '../../config/config.js';
import { defaultTaskQueue } from '../../contract/task-queues.js';
import type { TemporalTarget } from '../../temporal/connect.js';
import { loadPayloadCodec } from '../../temporal/payload-codec.js';
import { unlessStopped } from './run-main.js';

/** How long a send may go without a sign of life before another attempt may decide its fate. */
const sendLeaseMs = 30_000;
const sweepEverySeconds = 30;
/** Machines whose clocks are further apart are a fault of their own. */
const clocksApartMs = 120_000;

/**
 * A target together with the payload codec that is configured. Throws a PayloadCodecError for one that cannot be used, and stops
 * waiting for one when the signal is tripped.
 */
export async function withCodec(
  config: Config,
  stop: AbortSignal,
  target: TemporalTarget = {},
): Promise<TemporalTarget> {
  const { payloadCodec: path } = config.temporal;
  if (path === undefined) return target;
  return { ...target, payloadCodec: await unlessStopped(stop, loadPayloadCodec(path)) };
}

/**
 * The options that API and worker share; without a target the SDK's environment configuration says where Temporal is.
 */
function commonOptions(config: Config, logger: Logger, temporal: TemporalTarget) {
  const { database } = config;
  return {
    database: { ...database, url: database.url.reveal() },
    temporal,
    taskQueue: defaultTaskQueue,
    uiUrl: config.temporal.uiUrl,
    searchAttributesEachStep: config.temporal.searchAttributesEachStep,
    outgoing: config.mail.outgoing,
    encryptionKeys: config.secrets.encryptionKeys.reveal(),
    logger,
  };
}

export function apiOptions(config: Config, logger: Logger, temporal: TemporalTarget): ApiOptions {
  return { ...commonOptions(config, logger, temporal), http: config.http };
}

export function workerOptions(
  config: Config,
  logger: Logger,
  temporal: TemporalTarget,
): Omit<WorkerProcessOptions, 'bundle'> {
  return {
    ...commonOptions(config, logger, temporal),
    ...config.worker,
    messageIdKeys: config.mail.messageIdSecrets.reveal(),
    smtpReadyMs: config.mail.sendTimeoutMs,
    smtpAcceptMs: config.mail.acceptTimeoutMs,
    keepTextsDays: config.mail.retentionDays,
    sendLeaseMs,
    sweepEverySeconds,
    clocksApartMs,
  };
}
