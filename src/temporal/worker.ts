import {
  Worker,
  type WorkerOptions as SdkOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { BulkActivities } from '../contract/bulk.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import { patches } from '../contract/patches.js';
import { bulkQueueOf, sendQueueOf, type WorkerQueue } from '../contract/task-queues.js';
import type { WorkerConnection } from './connect.js';
import { safeFailures } from './safe-failures.js';

export interface WorkerOptions extends WorkerConnection {
  /** The queue of workflows; those of sends and of bulk work are named after it. */
  readonly taskQueue: string;
  /** Which of them are served; all unless told. */
  readonly queues?: readonly WorkerQueue[];
  readonly bundle: WorkflowBundleOption;
  readonly activities: EnrollmentActivities & BulkActivities & MaintenanceActivities;
  /** How many enrollments stay in memory between their steps. */
  readonly maxCachedWorkflows: number;
  /** How long running sends may go on after the worker was told to stop. */
  readonly shutdownGraceMs: number;
  /** How many messages and tasks are worked on at once. */
  readonly maxConcurrentActivities: number;
  /** How many mails are sent at once. */
  readonly maxConcurrentSends: number;
  /** How many bulk enrollments and sweeps are worked on at once. */
  readonly maxConcurrentBulk: number;
  /** Ids of patches that no run begins here: one that has begun goes on as its history says. */
  readonly inactivePatches?: readonly string[];
}

/**
 * Workers for all that Cadenza runs, each with slots of its own, so that nothing slow holds up what must be quick. `run()` of
 * each resolves after its `shutdown()`. Rejects for a patch that there is not. The main one serves every activity: earlier releases send all of them there.
 */
export async function createWorkers(options: WorkerOptions): Promise<readonly Worker[]> {
  const { taskQueue, queues = ['main', 'send', 'bulk'] } = options;
  const shared = {
    connection: options.connection,
    namespace: options.namespace,
    dataConverter: options.dataConverter,
    activities: { ...options.activities },
    shutdownGraceTime: options.shutdownGraceMs,
    interceptors: { activity: [() => ({ inbound: safeFailures })] },
  };
  const create: Readonly<Record<WorkerQueue, () => Promise<Worker>>> = {
    main: () =>
      Worker.create({
        ...shared,
        taskQueue,
        workflowBundle: options.bundle,
        maxCachedWorkflows: options.maxCachedWorkflows,
        ...activation(options.inactivePatches ?? []),
        maxConcurrentActivityTaskExecutions: options.maxConcurrentActivities,
      }),
    send: () =>
      Worker.create({
        ...shared,
        taskQueue: sendQueueOf(taskQueue),
        maxConcurrentActivityTaskExecutions: options.maxConcurrentSends,
      }),
    bulk: () =>
      Worker.create({
        ...shared,
        taskQueue: bulkQueueOf(taskQueue),
        maxConcurrentActivityTaskExecutions: options.maxConcurrentBulk,
      }),
  };
  return Promise.all(queues.map((queue) => create[queue]()));
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
