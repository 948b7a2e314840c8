import { defaultTaskQueue } from '../../contract/enrollment.js';

/** The settings of worker and API on a single machine where somebody tries them. */
export const localWorkerSettings = {
  taskQueue: defaultTaskQueue,
  searchAttributesEachStep: true,
  sendLeaseMs: 30_000,
  smtpIdleMs: 30_000,
  maxCachedWorkflows: 500,
  maxConcurrentActivities: 20,
  shutdownGraceMs: 40_000,
  sweepEverySeconds: 60,
} as const;
