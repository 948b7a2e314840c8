import { Client } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorker } from '../../src/assembly/start-worker.js';
import { stateQuery } from '../../src/contract/messages.js';
import { outbox } from '../../src/db/schema/index.js';
import { eventually } from '../support/eventually.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

describe('the API, while no worker lives', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  let worker: RunningWorker;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    worker = await stack.startWorker();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  async function enroll(): Promise<string> {
    const steps = [callStep('one', 0), emailStep('two', 3), emailStep('three', 3)];
    const sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await eventually(
      () => client.workflow.getHandle(`enrollment/${id}`).query(stateQuery),
      ({ state }) => state === 'waiting_task',
    );
    return id;
  }

  it('passes every word on without waiting, and the run adopts it once a worker is back', async () => {
    const [id, replied, away, unenrolled] = [
      await enroll(),
      await enroll(),
      await enroll(),
      await enroll(),
    ];
    const [task] = await stack.api.tasks(`enrollmentId=${id}`);
    await worker.stop();
    const calls: readonly (readonly [path: string, body: object])[] = [
      [`/v1/enrollments/${id}/pause`, {}],
      [`/v1/enrollments/${id}/resume`, {}],
      [`/v1/tasks/${task?.id ?? ''}/complete`, {}],
      [`/v1/enrollments/${id}/skip-step`, {}],
      [
        `/v1/enrollments/${id}/pause`,
        { until: new Date(Date.now() + 30 * 86_400_000).toISOString() },
      ],
      [`/v1/enrollments/${unenrolled}/unenroll`, {}],
      ['/v1/events', { id: 'one', type: 'reply', enrollmentId: replied }],
      ['/v1/events', { id: 'two', type: 'out_of_office', enrollmentId: away }],
    ];
    for (const [path, body] of calls) {
      const begun = performance.now();
      const answer = await stack.api.request('POST', path, body, user.id);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      expect(performance.now() - begun, path).toBeLessThan(2_000);
      // Temporal has it already: nothing is left for the sweeper.
      expect(await stack.db.select().from(outbox), path).toEqual([]);
    }
    worker = await stack.startWorker();
    const isTold = async (enrollmentId: string, wanted: object): Promise<void> => {
      const handle = client.workflow.getHandle(`enrollment/${enrollmentId}`);
      await eventually(
        () => handle.query(stateQuery),
        ({ state }) => state !== 'waiting_task' && state !== 'active',
      );
      expect(await handle.query(stateQuery)).toMatchObject(wanted);
    };
    await isTold(id, { state: 'paused', reason: 'manual', step: { id: 'three' } });
    await isTold(unenrolled, { state: 'unenrolled', reason: 'manual' });
    await isTold(replied, { state: 'unenrolled', reason: 'replied' });
    await isTold(away, { state: 'paused', reason: 'out_of_office' });
  });

  it('and its run cannot look afterwards: the run objects to nothing by what it knew before', async () => {
    const id = await enroll();
    await worker.stop();
    expect(
      await stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, user.id),
    ).toMatchObject({ status: 200 });
    const holder = new pg.Client({ connectionString: stack.databaseUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from enrollments where id = $1 for update', [id]);
    const handle = client.workflow.getHandle(`enrollment/${id}`);
    try {
      worker = await stack.startWorker({ quickTries: 1 });
      await eventually(
        () => handle.query(stateQuery),
        ({ failing }) => failing !== undefined,
      );
      expect(await handle.query(stateQuery)).toMatchObject({ state: 'waiting_task' });
      // To a run that waits for a task, and is not behind, nobody can say this.
      await handle.executeUpdate('resume', { args: [{}] });
    } finally {
      await holder.end();
    }
    await eventually(
      () => handle.query(stateQuery),
      ({ failing }) => failing === undefined,
    );
    const entries = await stack.api.timeline(id);
    expect(entries.map(({ type }) => type).slice(-2)).toEqual(['paused', 'resumed']);
  });
});
