import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { readRecords } from '../support/records.js';
import { callStep } from '../support/sequences.js';
import { openStackBulk, type StackBulk } from '../support/stack-bulk.js';
import { startStack, type Stack } from '../support/stack.js';
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

const size = 150;
const limitMs = 150_000;

describe('an import whose worker is killed in the middle', () => {
  let stack: Stack;
  let bulk: StackBulk;
  let worker: WorkerChild;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    bulk = await openStackBulk(stack);
  });
  afterAll(async () => {
    await worker.kill();
    await stack.close();
  });

  it(
    'enrolls nobody twice and forgets nobody, in their order, and begins every run',
    async () => {
      const sequenceId = await bulk.sequence([callStep('call', 0, false)]);
      const contactIds = await bulk.contacts(size);
      const id = await bulk.draft(contactIds, { kind: 'import', sequenceId });
      await bulk.confirm(id);
      for (const blow of [15, 80]) {
        worker = await startWorkerChild(stack.workerSettings, await workflowBundle());
        await eventually(
          () => bulk.show(id),
          ({ counts }) => counts.enrolled >= blow,
          limitMs,
        );
        await worker.kill();
        const { state, counts } = await bulk.show(id);
        expect([state, counts.pending > 0]).toEqual(['running', true]);
        expect(await bulk.enrolled(id)).toHaveLength(counts.enrolled);
      }
      worker = await startWorkerChild(stack.workerSettings, await workflowBundle());
      const { counts } = await bulk.ends(id, limitMs);
      expect(counts).toMatchObject({ enrolled: size, refused: 0, pending: 0 });
      const rows = await bulk.enrolled(id);
      expect(rows).toHaveLength(size);
      expect(new Set(rows.map(({ contactId }) => contactId))).toEqual(new Set(contactIds));
      const items = await bulk.items(id);
      const settled = items.map(({ settledAt }) => settledAt ?? '');
      expect([...settled].sort()).toEqual(settled);
      // What the killed worker had no time to tell Temporal, the sweeper does.
      const ids = items.map(({ enrollmentId }) => enrollmentId ?? '');
      const records = await eventually(
        () => readRecords(stack.db, ids),
        (all) => all.every(({ row }) => row.state === 'finished'),
        limitMs,
      );
      for (const { tasks, log } of records) {
        expect(tasks).toHaveLength(1);
        expect(log.filter(({ type }) => type === 'enrolled')).toHaveLength(1);
      }
    },
    2 * limitMs,
  );
});

describe('a bulk enrollment that is confirmed while Temporal cannot be reached', () => {
  let wire: TcpSwitch;
  let stack: Stack;
  let bulk: StackBulk;
  beforeAll(async () => {
    wire = await startTcpSwitch(inject('temporalAddress'));
    stack = await startStack({ temporalAddress: wire.address, worker: false });
    bulk = await openStackBulk(stack);
  });
  afterAll(async () => {
    await stack.close();
    await wire.stop();
  });

  it('is kept, and the sweeper starts it', async () => {
    const id = await bulk.draft(await bulk.contacts(3));
    const begun = performance.now();
    await bulk.confirm(id);
    expect(performance.now() - begun).toBeLessThan(6_000);
    await delay(200);
    expect(await bulk.show(id)).toMatchObject({ state: 'running', counts: { pending: 3 } });
    await expect(bulk.run(id).describe()).rejects.toThrow(/not found/i);
    await stack.startWorker({
      temporal: { address: inject('temporalAddress'), namespace: stack.namespace },
    });
    expect(await bulk.ends(id, 40_000)).toMatchObject({ counts: { enrolled: 3 } });
  });
});
