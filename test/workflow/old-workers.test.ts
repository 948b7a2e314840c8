import { Client, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { patches } from '../../src/contract/patches.js';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const dayMs = 86_400_000;

/** A worker that begins no patch does what the first release did: no history shows a difference. */
const oldWorker = { inactivePatches: Object.values(patches) };

describe('old and new workers side by side', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  async function enroll(): Promise<{ id: string; handle: WorkflowHandle }> {
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    const sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await stack.catchUp(id);
    const handle = client.workflow.getHandle(`enrollment/${id}`);
    await eventually(
      () => handle.query(stateQuery),
      ({ step }) => step?.id === 'two',
    );
    return { id, handle };
  }
  const eventsOf = async (handle: WorkflowHandle) => (await handle.fetchHistory()).events ?? [];
  const markersOf = async (handle: WorkflowHandle): Promise<number> =>
    (await eventsOf(handle)).filter((event) => event.markerRecordedEventAttributes).length;

  async function expectReplays(handle: WorkflowHandle): Promise<void> {
    const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history);
  }

  it('2.2: a pause with an end that an old worker took outlives it until the run looks again, and ends then', async () => {
    const old = await stack.startWorker(oldWorker);
    const { id, handle } = await enroll();
    const until = new Date(Date.parse(stack.now()) + 2 * dayMs).toISOString();
    await stack.api.request('POST', `/v1/enrollments/${id}/pause`, { until }, user.id);
    await eventually(
      () => handle.query(stateQuery),
      ({ pausedUntil }) => pausedUntil === until,
    );
    await old.stop();
    expect(await markersOf(handle)).toBe(0);

    const present = await stack.startWorker();
    await stack.forward([id], 3 * 24);
    expect((await readRecord(stack.db, id)).row.state).toBe('paused');
    // As a sweeper says it that finds the row overdue.
    await handle.signal('versionChanged', {});
    await eventually(
      () => readRecord(stack.db, id),
      ({ row }) => row.state === 'active',
    );
    await stack.forward([id], 4 * 24);
    expect(await handle.result()).toEqual({ state: 'finished', reason: 'all_steps' });
    const { log } = await readRecord(stack.db, id);
    expect(lines(log).slice(2)).toEqual([
      'paused two',
      'resumed two',
      'email_sent two',
      'finished',
    ]);
    await expectReplays(handle);
    await present.stop();
  }, 120_000);

  it('a pause that a new worker began to time ends on time under a worker that begins no patch', async () => {
    const present = await stack.startWorker();
    const { id, handle } = await enroll();
    const until = new Date(Date.parse(stack.now()) + 2 * dayMs).toISOString();
    await stack.api.request('POST', `/v1/enrollments/${id}/pause`, { until }, user.id);
    await eventually(
      async () => (await eventsOf(handle)).at(-1)?.timerStartedEventAttributes,
      (timer) => timer !== undefined && timer !== null,
    );
    await present.stop();
    const old = await stack.startWorker(oldWorker);
    await stack.forward([id], 2 * 24 + 1);
    expect((await readRecord(stack.db, id)).row.state).toBe('active');
    await stack.forward([id], 4 * 24);
    expect(await handle.result()).toEqual({ state: 'finished', reason: 'all_steps' });
    await expectReplays(handle);
    await old.stop();
  }, 120_000);
});
