import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { test } from 'vitest';
import { fastForward, skipToEnd } from '../../../src/local/time-skipping.js';
import { sleeper } from '../../support/fixtures/sleeper/index.js';
import { openTestTemporal } from '../../support/temporal.js';
test('probe', async () => {
  const temporal = await openTestTemporal();
  const workflowsPath = fileURLToPath(new URL('../../support/fixtures/sleeper', import.meta.url));
  const worker = await Worker.create({ connection: temporal.nativeConnection, namespace: temporal.namespace, taskQueue: 'probe', workflowBundle: await bundleWorkflowCode({ workflowsPath }) });
  const running = worker.run();
  for (const mode of ['ff', 'end']) {
  for (const n of [10, 40]) {
    const workflowId = randomUUID();
    const ref = { connection: temporal.connection, namespace: temporal.namespace, workflowId };
    const h = await temporal.client.workflow.start(sleeper, { args: [n], workflowId, taskQueue: 'probe' });
    const t = performance.now();
    let done = false;
    const p = (mode === 'ff' ? fastForward({ ...ref, seconds: (n - 0.5) * 86400 }).then(()=>undefined) : skipToEnd(ref)).then(() => { done = true; });
    const marks: string[] = [];
    while (!done) { const d = await h.describe(); marks.push(`${Math.round(performance.now() - t)}:${d.historyLength}`); await new Promise((r) => setTimeout(r, 500)); }
    await p;
    console.log(mode, n, Math.round(performance.now() - t), marks.join(' '));
  } }
  worker.shutdown(); await running; await temporal.close();
}, 120000);
