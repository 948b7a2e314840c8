import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openDatabase, type Db } from '../../src/db/client.js';
import { buildWorkflowBundle } from '../../src/temporal/bundle.js';
import { localMail } from '../../test/support/local-mail.js';
import { createStackClient, type StackClient } from '../../test/support/stack-client.js';
import type { WorkerSettings } from '../../test/support/stack.js';
import { startWorkerChild } from '../../test/support/worker-child.js';
import { startChild } from './child.js';
import type { Ground } from './ground.js';

/** An API and, once it is started, a worker, each in a process of its own, as in production. */
export interface Service {
  readonly client: StackClient;
  readonly db: Db;
  startWorker(overrides?: Partial<WorkerSettings>): Promise<void>;
  stop(): Promise<void>;
}

/** Opens them on a task queue of their own; `cached` enrollments stay in the worker's memory. */
export async function openService(ground: Ground, cached: number): Promise<Service> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const { databaseUrl, temporal, encryptionKey } = ground;
    const taskQueue = `service-${randomUUID()}`;
    const api = startChild('api-process');
    ends.push(() => api.stop());
    const { url } = await api.ask(
      { databaseUrl, temporal, taskQueue, encryptionKey: encryptionKey.toString('base64') },
      z.object({ url: z.string() }),
    );
    const database = openDatabase({
      url: databaseUrl,
      maxConnections: 2,
      onConnectionError: () => undefined,
    });
    ends.push(() => database.close());
    const directory = await mkdtemp(join(tmpdir(), 'cadenza-worker-'));
    ends.push(() => rm(directory, { recursive: true }));
    const codePath = join(directory, 'workflows.cjs');
    await writeFile(codePath, (await buildWorkflowBundle()).code);
    return {
      client: createStackClient(url, ground.apiKey),
      db: database.db,
      startWorker: async (overrides = {}) => {
        const settings = {
          database: { url: databaseUrl, maxConnections: 10 },
          temporal,
          taskQueue,
          uiUrl: 'http://temporal.example',
          searchAttributesEachStep: true,
          encryptionKeys: [encryptionKey],
          outgoing: localMail,
          messageIdKeys: ['a secret of the benchmarks alone'],
          sendLeaseMs: 30_000,
          smtpReadyMs: 30_000,
          smtpAcceptMs: 600_000,
          maxCachedWorkflows: cached,
          maxConcurrentActivities: 50,
          maxConcurrentSends: 100,
          maxConcurrentBulk: 5,
          shutdownGraceMs: 5_000,
          sweepEverySeconds: 5,
          ...overrides,
        };
        const worker = await startWorkerChild(settings, { codePath });
        ends.push(() => worker.kill());
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
