import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fastForward, skipToEnd, workflowNow } from '../../../src/local/time-skipping.js';
import { fixtureBundle } from '../../support/bundles.js';
import { relay, sleeper, wake, waiter } from '../../support/fixtures/sleeper/index.js';
import { openTestTemporal, type TestTemporal } from '../../support/temporal.js';

const dayMs = 86_400_000;
const daySeconds = 86_400;
const taskQueue = `sleeper-${randomUUID()}`;

let temporal: TestTemporal;
let stopWorker: () => Promise<void>;

beforeAll(async () => {
  temporal = await openTestTemporal();
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: await fixtureBundle('sleeper'),
  });
  const running = worker.run();
  stopWorker = async () => {
    worker.shutdown();
    await running;
  };
});
afterAll(async () => {
  await stopWorker();
  await temporal.close();
});

function newRef() {
  const { connection, namespace } = temporal;
  return { connection, namespace, workflowId: randomUUID() };
}

/** Days from now, by the machine's clock. */
function daysAhead(date: Date): number {
  return (date.getTime() - Date.now()) / dayMs;
}

test('a workflow is moved through all that falls due on the way, and no further', async () => {
  const ref = newRef();
  const { workflowId } = ref;
  const handle = await temporal.client.workflow.start(sleeper, {
    args: [5],
    workflowId,
    taskQueue,
  });
  expect(daysAhead(await workflowNow(ref))).toBeCloseTo(0, 2);

  expect(await fastForward({ ...ref, seconds: 3.5 * daySeconds })).toBe('arrived');
  expect(daysAhead(await workflowNow(ref))).toBeCloseTo(3.5, 2);
  expect((await handle.describe()).status.name).toBe('RUNNING');

  expect(await fastForward({ ...ref, seconds: 0.25 * daySeconds })).toBe('arrived');
  expect(daysAhead(await workflowNow(ref))).toBeCloseTo(3.75, 2);

  expect(await fastForward({ ...ref, seconds: 30 * daySeconds })).toBe('closed');
  const awokeAt = await handle.result();
  expect(awokeAt.map((at) => Math.round(daysAhead(new Date(at))))).toEqual([1, 2, 3, 4, 5]);
  expect(await fastForward({ ...ref, seconds: 1 })).toBe('closed');
});

test('a workflow without a timer moves too, so that a message can come days later', async () => {
  const ref = newRef();
  const { workflowId } = ref;
  const handle = await temporal.client.workflow.start(waiter, { workflowId, taskQueue });
  expect(await fastForward({ ...ref, seconds: 5 * daySeconds })).toBe('arrived');
  await handle.signal(wake);
  expect(daysAhead(new Date(await handle.result()))).toBeCloseTo(5, 2);
});

test('a workflow is moved through runs that continue as new', async () => {
  const ref = newRef();
  const { workflowId } = ref;
  await temporal.client.workflow.start(relay, { args: [4], workflowId, taskQueue });
  expect(await fastForward({ ...ref, seconds: 2.5 * daySeconds })).toBe('arrived');
  expect(daysAhead(await workflowNow(ref))).toBeCloseTo(2.5, 2);
});

test('a long row of waits is skipped to its end', async () => {
  const ref = newRef();
  const { workflowId } = ref;
  const handle = await temporal.client.workflow.start(sleeper, {
    args: [250],
    workflowId,
    taskQueue,
  });
  await skipToEnd(ref);
  expect(await handle.result()).toHaveLength(250);
  await skipToEnd(ref);
});

test('an unknown workflow is an error', async () => {
  await expect(fastForward({ ...newRef(), seconds: 1 })).rejects.toThrow('not found');
});
