import {
  Worker,
  type NativeConnection,
  type WorkerOptions as SdkOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { BulkActivities } from '../contract/bulk.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import { patches } from '../contract/patches.js';

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
  /** Ids of patches that no run begins here: one that has begun goes on as its history says. */
  readonly inactivePatches?: readonly string[];
}

/** A worker for everything that Cadenza runs. `run()` resolves after `shutdown()`. Rejects for a patch that there is not. */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowBundle: options.bundle,
    activities: { ...options.activities },
    maxCachedWorkflows: options.maxCachedWorkflows,
    shutdownGraceTime: options.shutdownGraceMs,
    maxConcurrentActivityTaskExecutions: options.maxConcurrentActivities,
    ...activation(options.inactivePatches ?? []),
  });
}

function activation(inactive: readonly string[]): Pick<SdkOptions, 'patchActivationCallback'> {
  const known: readonly string[] = Object.values(patches);
  const unknown = inactive.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new RangeError(`there is no patch "${unknown}": the patches are ${known.join(', ')}`);
  }
  if (inactive.length === 0) return {};
  return { patchActivationCallback: ({ patchId }) => !inactive.includes(patchId) };
}
