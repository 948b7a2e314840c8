import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Service } from '../observability/service.js';
import { openWorkerConnection, type TemporalTarget } from './connect.js';
import { createWorker, type WorkerOptions } from './worker.js';

export interface WorkerService extends Service {
  /** Settles when the worker has ended; rejects when it failed. Known once it has started. */
  readonly ended: Promise<void>;
}

export interface WorkerServiceOptions extends Omit<WorkerOptions, 'connection' | 'namespace'> {
  readonly temporal: TemporalTarget;
}

/** A worker with the connection it polls on. Drained, it polls no more; what it runs may go on for its grace. */
export function createWorkerService(options: WorkerServiceOptions): WorkerService {
  let connection: NativeConnection | undefined;
  let worker: Worker | undefined;
  let ended: Promise<void> = Promise.resolve();
  return {
    name: 'worker',
    get ended() {
      return ended;
    },
    start: async () => {
      const opened = await openWorkerConnection(options.temporal);
      ({ connection } = opened);
      worker = await createWorker({ ...options, ...opened });
      ended = worker.run();
      // Whoever waits for it hears of a failure; so does `healthy`.
      ended.catch(() => undefined);
    },
    drain: () => {
      if (worker?.getState() === 'RUNNING') worker.shutdown();
    },
    stop: async () => {
      await ended.catch(() => undefined);
      await connection?.close();
    },
    healthy: () => Promise.resolve(worker?.getState() === 'RUNNING'),
  };
}
