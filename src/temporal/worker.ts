import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import type { BulkActivities } from '../contract/bulk.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import { safeFailures } from './safe-failures.js';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly bundle: WorkflowBundleOption;
  readonly activities: EnrollmentActivities & BulkActivities & MaintenanceActivities;
  /** How many enrollments stay in memory between their steps. */
  readonly maxCachedWorkflows: number;
  /** How long running sends may go on after the worker was told to stop. */
  readonly shutdownGraceMs: number;
  readonly maxConcurrentActivities: number;
}

/** A worker for everything that Cadenza runs. `run()` resolves after `shutdown()`. */
export function createWorker(options: WorkerOptions): Promise<Worker> {
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowBundle: options.bundle,
    activities: { ...options.activities },
    maxCachedWorkflows: options.maxCachedWorkflows,
    shutdownGraceTime: options.shutdownGraceMs,
    maxConcurrentActivityTaskExecutions: options.maxConcurrentActivities,
    interceptors: { activity: [() => ({ inbound: safeFailures })] },
  });
}
