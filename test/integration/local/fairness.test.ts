import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { brief } from '../../support/fixtures/sleeper/index.js';
import { openTestTemporal } from '../../support/temporal.js';

const workflowsPath = fileURLToPath(new URL('../../support/fixtures/sleeper', import.meta.url));

const busyTasks = 400;

test('what a busy account queued first does not hold up another account', async () => {
  const temporal = await openTestTemporal();
  const taskQueue = `fairness-${randomUUID()}`;
  const start = (fairnessKey: string) =>
    temporal.client.workflow.start(brief, {
      workflowId: randomUUID(),
      taskQueue,
      priority: { fairnessKey },
    });
  const ofBusyAccount = await Promise.all(Array.from({ length: busyTasks }, () => start('busy')));
  const ofOther = [await start('other'), await start('other')];

  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({ workflowsPath }),
    maxCachedWorkflows: 0,
    maxConcurrentWorkflowTaskExecutions: 1,
  });
  await worker.runUntil(Promise.all([...ofBusyAccount, ...ofOther].map((h) => h.result())));

  const closedAt = async (handle: (typeof ofOther)[number]) =>
    (await handle.describe()).closeTime?.getTime() ?? Infinity;
  const lastOfOther = Math.max(...(await Promise.all(ofOther.map(closedAt))));
  const busyBefore = (await Promise.all(ofBusyAccount.map(closedAt))).filter(
    (at) => at < lastOfOther,
  );
  // Without fairness all of them come first. How many it is with it hangs on what the server had read ahead.
  expect(busyBefore.length).toBeLessThan(busyTasks / 2);
  await temporal.close();
});
