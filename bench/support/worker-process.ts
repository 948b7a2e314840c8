import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { openWorkerConnection } from '../../src/temporal/connect.js';
import { installRuntime } from '../../src/temporal/runtime.js';
import { createWorkers } from '../../src/temporal/worker.js';
import { answerParent } from './child.js';

/** A worker in a process of its own, whose memory is therefore the worker's. */
const workerQuestion = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    temporal: z.object({ address: z.string(), namespace: z.string() }),
    taskQueue: z.string(),
    /** The file that holds the workflow code; bundling it here would leave its traces in the memory. */
    codePath: z.string(),
    maxCachedWorkflows: z.number(),
  }),
  z.object({ kind: z.literal('until_cached'), count: z.number() }),
  z.object({ kind: z.literal('memory') }),
]);
type Question = z.output<typeof workerQuestion>;

const collections = 3;
const settleMs = 300;
let worker: Awaited<ReturnType<typeof createWorkers>>[number] | undefined;
let stopped: Promise<void> = Promise.resolve();

async function start(question: Extract<Question, { kind: 'start' }>): Promise<void> {
  installRuntime(pino({ level: 'warn' }));
  const opened = await openWorkerConnection(question.temporal);
  const unexpected = () => Promise.reject(new Error('no activity is part of this figure'));
  [worker] = await createWorkers({
    queues: ['main'],
    ...opened,
    taskQueue: question.taskQueue,
    bundle: { codePath: question.codePath },
    activities: {
      sendEmail: unexpected,
      createTask: unexpected,
      applyMessage: unexpected,
      endPause: unexpected,
      enrollItems: unexpected,
      cancelBulk: unexpected,
      sendReminders: unexpected,
      sweepOutbox: unexpected,
      checkRuns: unexpected,
      deleteOldSlots: unexpected,
    },
    maxCachedWorkflows: question.maxCachedWorkflows,
    shutdownGraceMs: 1000,
    maxConcurrentActivities: 10,
    maxConcurrentSends: 10,
    maxConcurrentBulk: 1,
  });
  if (worker === undefined) throw new Error('there is no worker');
  stopped = worker.run().finally(() => opened.connection.close());
}

async function untilCached(count: number): Promise<void> {
  for (;;) {
    if (worker?.getStatus().numCachedWorkflows === count) return;
    await delay(50);
  }
}

/** Resident memory, once nothing is left to collect in this thread; a workflow has seen to its own thread. */
async function residentBytes(): Promise<number> {
  for (let round = 0; round < collections; round += 1) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await delay(settleMs);
  }
  return process.memoryUsage.rss();
}

async function answer(question: Question): Promise<object> {
  switch (question.kind) {
    case 'start':
      await start(question);
      return {};
    case 'until_cached':
      await untilCached(question.count);
      return {};
    case 'memory':
      return { residentBytes: await residentBytes() };
  }
}

answerParent(
  (question) => answer(workerQuestion.parse(question)),
  async () => {
    worker?.shutdown();
    await stopped;
  },
);
