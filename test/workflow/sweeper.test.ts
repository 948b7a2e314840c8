import { randomUUID } from 'node:crypto';
import { Client, ScheduleOverlapPolicy, type ScheduleDescription } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../src/db/schema/index.js';
import { scheduleRounds } from '../../src/temporal/schedule-rounds.js';
import { fixtureBundle, workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { startStack, type Stack } from '../support/stack.js';
import { startWorkerChild } from '../support/worker-child.js';

const seldom = { everySeconds: 3_600 };

describe('the sweeper', () => {
  let stack: Stack;
  let client: Client;
  const queues: string[] = [];
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterEach(async () => {
    for (const queue of queues.splice(0)) {
      for (const work of ['sweeper', 'reminders']) {
        await client.schedule.getHandle(`${work}/${queue}`).delete();
      }
      for await (const { workflowId } of client.workflow.list({ query: openOn(queue) })) {
        await client.workflow
          .getHandle(workflowId)
          .terminate()
          .catch(() => undefined);
      }
    }
  });
  afterAll(() => stack.close());

  const sweepersOn = (queue: string) => `TaskQueue = '${queue}' AND WorkflowType = 'sweeper'`;
  const openOn = (queue: string) => `TaskQueue = '${queue}' AND ExecutionStatus = 'Running'`;
  const openSweepersOn = (queue: string) => `${openOn(queue)} AND WorkflowType = 'sweeper'`;
  function newQueue(): string {
    const queue = `sweeping-${randomUUID()}`;
    queues.push(queue);
    return queue;
  }
  const describeOn = (queue: string): Promise<ScheduleDescription> =>
    client.schedule.getHandle(`sweeper/${queue}`).describe();
  const runsOn = async (queue: string, query = sweepersOn(queue)): Promise<string[]> => {
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
    return found;
  };
  /** Owes a word that is due, and waits until a sweep has taken it away. */
  async function isSwept(limitMs?: number): Promise<void> {
    await stack.db.insert(outbox).values({
      ...{ accountId: stack.accountId, targetKind: 'enrollment', targetId: randomUUID() },
      message: { type: 'pause', messageId: randomUUID() },
      nextTryAt: '2020-01-01T00:00:00.000Z',
    });
    await eventually(
      () => stack.db.$count(outbox),
      (left) => left === 0,
      limitMs,
    );
  }

  it('is one run that sweeps again and again, and not a run for each round', async () => {
    const queue = newQueue();
    const worker = await stack.startWorker({ taskQueue: queue, sweepEverySeconds: 1 });
    for (let round = 0; round < 4; round += 1) await isSwept();
    const runs = await eventually(
      () => runsOn(queue),
      (all) => all.length > 0,
    );
    // Two, when the schedule's quarter of an hour ended just now.
    expect(runs.length).toBeLessThanOrEqual(2);
    await worker.stop();
  });

  it('has time-outs, and a schedule that starts the next run whatever became of the last', async () => {
    const queue = newQueue();
    await scheduleRounds(client, queue, { everySeconds: 30 });
    const { action, policies, spec } = await describeOn(queue);
    expect(action).toMatchObject({ workflowType: 'sweeper', workflowExecutionTimeout: 1_500_000 });
    expect(policies.overlap).toBe(ScheduleOverlapPolicy.ALLOW_ALL);
    expect(spec.intervals).toMatchObject([{ every: 900_000 }]);
  });

  it('goes on behind a run that is stuck for ever', async () => {
    const queue = newQueue();
    const stuck = await stack.startWorker({
      ...{ taskQueue: queue, bundle: await fixtureBundle('stuck') },
      sweepEverySeconds: 1,
    });
    await scheduleRounds(client, queue, { everySeconds: 1, forSeconds: 3 });
    await eventually(
      () => runsOn(queue, openSweepersOn(queue)),
      (open) => open.length > 0,
    );
    await stuck.stop();
    const worker = await stack.startWorker({ taskQueue: queue, sweepEverySeconds: 3_600 });
    await scheduleRounds(client, queue, { everySeconds: 1, forSeconds: 3 });
    await isSwept();
    await isSwept();
    await worker.stop();
  });

  it('is scheduled as the latest release wants it, by however many workers at once, and stays paused', async () => {
    const queue = newQueue();
    const scheduleId = `sweeper/${queue}`;
    await client.schedule.create({
      ...{ scheduleId, spec: { intervals: [{ every: '1 hour' }] } },
      policies: { overlap: ScheduleOverlapPolicy.SKIP },
      state: { paused: true, note: 'by hand' },
      action: {
        ...{ type: 'startWorkflow', workflowType: 'sweep', workflowId: scheduleId },
        ...{ taskQueue: queue, args: [] },
      },
    });
    const handle = client.schedule.getHandle(scheduleId);
    await handle.trigger();
    // A run of the earlier release is open, and has no time-out.
    await eventually(
      () => handle.describe(),
      ({ info }) => info.recentActions.length === 1,
    );
    await Promise.all(
      Array.from({ length: 5 }, () => scheduleRounds(client, queue, { everySeconds: 7 })),
    );
    const { action, state, policies } = await handle.describe();
    expect(action).toMatchObject({
      workflowType: 'sweeper',
      args: [{ everySeconds: 7, forSeconds: 900 }],
    });
    expect(state).toMatchObject({ paused: true, note: 'by hand' });
    expect(policies.overlap).toBe(ScheduleOverlapPolicy.ALLOW_ALL);
    await eventually(
      () => runsOn(queue, `WorkflowType = 'sweep' AND ${openOn(queue)}`),
      (open) => open.length === 0,
    );
    // The first run of the new kind does not wait for the schedule.
    await eventually(
      () => runsOn(queue, `WorkflowType = 'sweeper' AND ${openOn(queue)}`),
      (open) => open.length > 0,
    );
  });

  it('has its round taken over within seconds when its worker is killed in it', async () => {
    const queue = newQueue();
    const settings = { ...stack.workerSettings, taskQueue: queue, sweepEverySeconds: 1 };
    const child = await startWorkerChild(settings, await workflowBundle());
    await isSwept();
    // The round comes as far as the keys that have had their day.
    await stack.db.transaction(async (tx) => {
      await tx.execute(sql`lock table idempotency_keys in access exclusive mode`);
      await eventually(
        async () => {
          const { rows } = await stack.db.execute(sql`select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`);
          return rows.length;
        },
        (waiting) => waiting > 0,
      );
      await child.kill();
    });
    const worker = await stack.startWorker({ taskQueue: queue, sweepEverySeconds: 3_600 });
    await isSwept(45_000);
    await worker.stop();
  });

  it('begins at once where there was none', async () => {
    const queue = newQueue();
    await scheduleRounds(client, queue, seldom);
    await eventually(
      () => runsOn(queue, openSweepersOn(queue)),
      (open) => open.length === 1,
    );
  });
});
