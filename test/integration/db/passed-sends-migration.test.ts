import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMigrations } from '../../../src/db/migrations.js';
import { emailSends, enrollments, taskEmails, tasks } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { lines, readRecord } from '../../support/records.js';
import { anyTime, emailStep, manualStep } from '../../support/sequences.js';
import { createStepRunner, leasedOf } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(() => api.close());

const ask = (path: string, body: object) =>
  world.request('POST', path, body, { 'cadenza-user': 'ada' });

async function enrolled(steps: readonly object[]): Promise<string> {
  const sequenceId = (await ask('/v1/sequences', { name: 'S', steps, settings: anyTime })).id;
  const contact = { email: `${randomUUID()}@example.com` };
  await ask('/v1/contacts', contact);
  return (await ask('/v1/enrollments', { sequenceId, contact })).id;
}

/** Somebody whose mail an attempt has claimed, and begun if `begins`. */
async function sending(begins: boolean): Promise<string> {
  const id = await enrolled([emailStep('one', 0)]);
  const runner = createStepRunner(api);
  const at = new Date().toISOString();
  const input = { accountId: world.accountId, enrollmentId: id, stepId: 'one', at };
  const leased = leasedOf(await runner.reserve(input));
  if (begins) await runner.enterData(leased);
  return id;
}

/** As an ending left things before. */
async function end(id: string): Promise<void> {
  const ended = { state: 'unenrolled', reason: 'replied', stepId: null, nextAt: null } as const;
  await api.db
    .update(enrollments)
    .set({ ...ended, endedAt: new Date().toISOString() })
    .where(eq(enrollments.id, id));
}

/** Somebody whose task was cancelled while its email was on its way. */
async function withTask(): Promise<{ readonly id: string; readonly taskId: string }> {
  const id = await enrolled([manualStep('one', 0)]);
  const { accountId, userId } = world;
  const at = new Date().toISOString();
  const input = { accountId, enrollmentId: id, stepId: 'one', at };
  const taskId = await createStepRunner(api).awaitTask(input, 'manual_email');
  const [like] = await api.db.select().from(emailSends).limit(1);
  if (like === undefined) throw new Error('no mail to copy');
  const own = { id: randomUUID(), enrollmentId: id, stepId: 'one', settledAt: null };
  await api.db.insert(emailSends).values({ ...like, ...own, state: 'in_data' });
  await api.db.insert(taskEmails).values({
    ...{ accountId, taskId, number: 1, state: 'sending', recipient: '' },
    ...{ requestedById: userId, requestedAt: at },
  });
  await api.db.update(tasks).set({ state: 'cancelled', closedAt: at }).where(eq(tasks.id, taskId));
  await end(id);
  return { id, taskId };
}

it('5.1: what was left in the ledger before is settled, once, and the log says what may have arrived', async () => {
  const begun = await sending(true);
  const claimed = await sending(false);
  const live = await sending(true);
  await end(begun);
  await end(claimed);
  const { id: byTask, taskId } = await withTask();
  const all = [begun, claimed, live, byTask];
  const migration = (await readMigrations()).find(({ id }) => id.endsWith('_settle_passed_sends'));
  const apply = async () => {
    for (const statement of migration?.statements ?? []) await api.db.execute(sql.raw(statement));
    return Promise.all(all.map((id) => readRecord(api.db, id)));
  };
  const records = await apply();
  expect(records.map(({ sends }) => sends.get('one')?.state)).toEqual([
    ...['unknown', 'withdrawn', 'in_data', 'unknown'],
  ]);
  expect(records.map(({ log }) => lines(log))).toEqual([
    ['enrolled', 'email_uncertain one'],
    ['enrolled'],
    ['enrolled'],
    ['enrolled', 'task_created one', 'email_uncertain one'],
  ]);
  for (const { row, log } of records) expect(row.eventCount).toBe(log.at(-1)?.number);
  const [first, , , last] = records;
  expect(first?.log.at(-1)?.data).toEqual({ sendId: first?.sends.get('one')?.id });
  expect(last?.log.at(-1)?.data).toEqual({ sendId: last?.sends.get('one')?.id, taskId });
  const [email] = await api.db
    .select({ state: taskEmails.state })
    .from(taskEmails)
    .where(and(eq(taskEmails.accountId, world.accountId), eq(taskEmails.taskId, taskId)));
  expect(email).toEqual({ state: 'unknown' });
  expect(await apply()).toEqual(records);
});
