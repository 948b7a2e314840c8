import { defaultTaskQueue } from '../../contract/enrollment.js';

/** How worker and API are set up on one machine that somebody tries them on. */
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
