import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Service } from '../observability/service.js';
import { openWorkerConnection, type TemporalTarget, type WorkerConnection } from './connect.js';
import { createWorkers, type WorkerOptions } from './worker.js';

export interface WorkerService extends Service {
  /** Settles when all workers have ended; rejects when one failed, which ends the others. Known once it has started. */
  readonly ended: Promise<void>;
}

export interface WorkerServiceOptions extends Omit<WorkerOptions, keyof WorkerConnection> {
  readonly temporal: TemporalTarget;
}

/** Workers of one process with the connection they poll on. Drained, it polls no more; what it runs may go on for its grace. */
export function createWorkerService(options: WorkerServiceOptions): WorkerService {
  let connection: NativeConnection | undefined;
  let workers: readonly Worker[] = [];
  const drain = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  let ended: Promise<void> = Promise.resolve();
  return {
    name: 'worker',
    get ended() {
      return ended;
    },
    start: async () => {
      const opened = await openWorkerConnection(options.temporal);
      ({ connection } = opened);
      workers = await createWorkers({ ...options, ...opened });
      ended = runAll(workers, drain);
      // Whoever waits for it hears of a failure; so does `healthy`.
      ended.catch(() => undefined);
    },
    drain,
    stop: async () => {
      await ended.catch(() => undefined);
      await connection?.close();
    },
    healthy: () =>
      Promise.resolve(
        workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING'),
      ),
  };
}

/** Runs workers until all have ended; when one fails the others are drained, and what failed is thrown. */
async function runAll(workers: readonly Worker[], drain: () => void): Promise<void> {
  const ends = await Promise.allSettled(
    workers.map((worker) =>
      worker.run().catch((error: unknown) => {
        drain();
        throw error;
      }),
    ),
  );
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
