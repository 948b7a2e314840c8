import { defaultTaskQueue } from '../../contract/task-queues.js';

/** The settings of worker and API on a single machine where somebody tries them. */
export const localWorkerSettings = {
  taskQueue: defaultTaskQueue,
  searchAttributesEachStep: true,
  sendLeaseMs: 30_000,
  smtpReadyMs: 30_000,
  smtpAcceptMs: 600_000,
  maxCachedWorkflows: 500,
  maxConcurrentActivities: 20,
  maxConcurrentSends: 40,
  maxConcurrentBulk: 5,
  shutdownGraceMs: 40_000,
  sweepEverySeconds: 60,
} as const;
