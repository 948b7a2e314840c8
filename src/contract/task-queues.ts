/** The task queue of all workflows, of messages and tasks, unless the configuration names another. */
export const defaultTaskQueue = 'cadenza';

/** What a worker can serve: workflows with messages and tasks, mails, and what many are changed or swept by. */
export const workerQueues = ['main', 'send', 'bulk'] as const;
export type WorkerQueue = (typeof workerQueues)[number];

/** The task queue of the activities that talk to mail servers: none of them holds up anything else. */
export function sendQueueOf(taskQueue: string): string {
  return `${taskQueue}-send`;
}

/** The task queue of the activities that work on many things: bulk enrollments and sweeps. */
export function bulkQueueOf(taskQueue: string): string {
  return `${taskQueue}-bulk`;
}
