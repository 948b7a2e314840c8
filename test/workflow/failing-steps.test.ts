import { Client, type WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

/** An hour of failures passes in seconds, since the waits between them can be skipped. */
describe('a step whose activity fails again and again', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({ worker: { quickTries: 1 } });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
    await stack.db.execute(sql`
      create function refuse_to_write() returns trigger language plpgsql
      as $$ begin raise exception 'broken on purpose'; end $$`);
  });
  afterAll(() => stack.close());

  /** While it is broken, a row that is written to the table makes its transaction fail. */
  const breakTable = (table: 'tasks' | 'email_sends') =>
    stack.db.execute(sql`
      create trigger broken before insert or update on ${sql.identifier(table)}
      for each row execute function refuse_to_write()`);
  const mendTable = (table: 'tasks' | 'email_sends') =>
    stack.db.execute(sql`drop trigger if exists broken on ${sql.identifier(table)}`);

  interface Enrolled {
    readonly id: string;
    readonly handle: WorkflowHandle;
  }

  async function enroll(step: object): Promise<Enrolled> {
    const steps = [step, emailStep('after', 2)];
    const sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await stack.catchUp(id);
    return { id, handle: client.workflow.getHandle(`enrollment/${id}`) };
  }
  const fails = (handle: WorkflowHandle, rounds: number) =>
    eventually(
      () => handle.query(stateQuery),
      ({ failing }) => failing?.rounds === rounds,
    );
  /** Goes on to the next try, and answers how many minutes were waited for it. */
  async function tryAgain({ id, handle }: Enrolled): Promise<number> {
    const { nextAt, failing } = await handle.query(stateQuery);
    const waitMs = Date.parse(nextAt ?? '') - Date.parse(stack.now());
    await stack.forward([id], (waitMs + 20_000) / 3_600_000);
    await fails(handle, (failing?.rounds ?? 0) + 1);
    return waitMs / 60_000;
  }
  /** The ids of the enrollments that the operator's query finds, as far as they are among these. */
  const found = async (ids: readonly string[]): Promise<readonly string[]> => {
    const query = 'WaitingFor = "retry" AND ExecutionStatus = "Running"';
    const all: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) all.push(workflowId);
    return ids.filter((id) => all.includes(`enrollment/${id}`));
  };

  it.each([
    ['a task', 'tasks', callStep('first', 0)],
    ['an email', 'email_sends', emailStep('first', 0)],
  ] as const)(
    '%s: is found by a query, waits up to 30 minutes between tries, and is done once it can be',
    async (_name, table, step) => {
      await breakTable(table);
      const { id, handle } = await enroll(step);
      try {
        const first = await fails(handle, 1);
        expect(first).toMatchObject({ state: 'active', step: { id: 'first' } });
        expect(first.why).toMatch(/^Step 1 fails since .* \(P0001\), tried again on /);
        await eventually(
          () => found([id]),
          (ids) => ids.length === 1,
        );
        const gaps: number[] = [];
        while (gaps.length < 7) gaps.push(await tryAgain({ id, handle }));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(30);
        expect(Math.min(...gaps.slice(-2))).toBeGreaterThan(23);
        expect(gaps[0]).toBeLessThanOrEqual(1);
      } finally {
        await mendTable(table);
      }
      await stack.forward([id], 35 / 60);
      await eventually(
        () => handle.query(stateQuery),
        ({ failing }) => failing === undefined,
      );
      const { log } = await readRecord(stack.db, id);
      const done = table === 'tasks' ? 'task_created first' : 'email_sent first';
      expect(lines(log).filter((line) => line === done)).toHaveLength(1);
      await eventually(
        () => found([id]),
        (ids) => ids.length === 0,
      );
    },
  );

  it.each([
    ['a task', 'tasks', callStep('first', 0)],
    ['an email', 'email_sends', emailStep('first', 0)],
  ] as const)('%s: holds up no message from the Temporal UI', async (_name, table, step) => {
    await breakTable(table);
    try {
      const { handle, id } = await enroll(step);
      await fails(handle, 1);
      await tryAgain({ id, handle });
      await handle.executeUpdate('pause', { args: [{}] });
      await eventually(
        () => readRecord(stack.db, id),
        ({ row }) => row.state === 'paused',
      );
      await handle.executeUpdate('unenroll', { args: [{}] });
      expect(await handle.result()).toEqual({ state: 'unenrolled', reason: 'manual' });
      expect((await readRecord(stack.db, id)).row).toMatchObject({ state: 'unenrolled' });
    } finally {
      await mendTable(table);
    }
  });

  it('holds up no word from the API, and no cancellation', async () => {
    await breakTable('tasks');
    try {
      const [told, cancelled] = [
        await enroll(callStep('one', 0)),
        await enroll(callStep('one', 0)),
      ];
      await Promise.all([fails(told.handle, 1), fails(cancelled.handle, 1)]);
      const path = `/v1/enrollments/${told.id}/unenroll`;
      expect(await stack.api.request('POST', path, {}, user.id)).toMatchObject({ status: 200 });
      expect(await told.handle.result()).toMatchObject({ state: 'unenrolled' });
      await cancelled.handle.cancel();
      await expect(cancelled.handle.result()).rejects.toThrow();
      expect((await readRecord(stack.db, cancelled.id)).row).toMatchObject({ state: 'unenrolled' });
    } finally {
      await mendTable('tasks');
    }
  });

  it('that takes too long each time holds up no message for longer than its time-out', async () => {
    await stack.db.execute(sql`
      create function dawdle() returns trigger language plpgsql
      as $$ begin perform pg_sleep(12); raise exception 'too late'; end $$`);
    await stack.db.execute(sql`
      create trigger slow before insert on tasks for each row execute function dawdle()`);
    try {
      const { id, handle } = await enroll(callStep('first', 0));
      const { why } = await eventually(
        () => handle.query(stateQuery),
        ({ failing }) => failing !== undefined,
        60_000,
      );
      // Postgres ends what takes too long.
      expect(why).toContain('(57014)');
      await handle.executeUpdate('unenroll', { args: [{}] });
      expect(await handle.result()).toEqual({ state: 'unenrolled', reason: 'manual' });
      expect((await readRecord(stack.db, id)).row).toMatchObject({ state: 'unenrolled' });
    } finally {
      await stack.db.execute(sql`drop trigger slow on tasks`);
    }
  });
});
