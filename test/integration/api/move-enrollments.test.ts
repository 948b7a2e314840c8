import { inArray, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { impactReply } from '../../../src/api/shapes/impact.js';
import { enrollments, logEntries, outbox } from '../../../src/db/schema/index.js';
import {
  createRecordingGateway,
  startApi,
  type ApiAnswer,
  type TestApi,
} from '../../support/api.js';
import { cloneEnrollment } from '../../support/clones.js';
import { lines, readRecord, readRecords } from '../../support/records.js';
import { callStep, emailStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { noLimits } from '../../support/no-limits.js';
import { setAccountLimits } from '../../support/slots.js';

const monday = '2026-11-23T10:00:00.000Z';
const tuesday = '2026-11-24T12:00:00.000Z';
const steps = [emailStep('one', 0), emailStep('two', 2), callStep('call', 1), emailStep('bye', 3)];

const gateway = createRecordingGateway();
let api: TestApi;
let runner: StepRunner;
let now = monday;
let sequenceId = '';
let contacts = 0;

beforeAll(async () => {
  api = await startApi({ now: () => now, workflows: gateway });
  await setAccountLimits(api.db, api.accountId, noLimits);
  runner = createStepRunner(api);
  const user = { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' };
  const { id: userId } = await api.request('POST', '/v1/users', user);
  await api.request('POST', '/v1/mailboxes', {
    userId,
    address: 'ada@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
});
beforeEach(async () => {
  now = monday;
  sequenceId = (await ask('POST', '/v1/sequences', { name: 'S', steps })).id;
});
afterAll(async () => {
  await api.close();
});

const ask = (method: string, path: string, body: unknown = {}): Promise<ApiAnswer> =>
  api.request(method, path, body, { 'cadenza-user': 'ada@example.com', 'if-match': '*' });
const edit = (method: string, path: string, body: unknown = {}): Promise<ApiAnswer> =>
  ask(method, `/v1/sequences/${sequenceId}${path}`, body);
const replace = (list: readonly object[], query = '?applyTo=active', settings = {}) =>
  edit('PUT', query, { name: 'S', steps: list, settings });

async function enroll(): Promise<string> {
  contacts += 1;
  const contact = { email: `c${contacts}@example.com` };
  await api.request('POST', '/v1/contacts', contact);
  return (await ask('POST', '/v1/enrollments', { sequenceId, contact })).id;
}
const at = (enrollmentId: string, stepId: string, when: string) => ({
  ...{ accountId: api.accountId, enrollmentId, stepId, at: when },
});
/** Somebody whose first mail went out on Monday, and who waits for "two" on Wednesday. */
async function waiting(): Promise<string> {
  const id = await enroll();
  await runner.send(at(id, 'one', monday));
  return id;
}
/** Somebody who waits until the call of Thursday is made. */
async function calling(): Promise<string> {
  const id = await waiting();
  await runner.send(at(id, 'two', '2026-11-25T10:00:00.000Z'));
  await runner.awaitTask(at(id, 'call', '2026-11-26T00:00:00.000Z'));
  return id;
}
const standingOf = async (id: string) => {
  const { row } = await readRecord(api.db, id);
  return [row.sequenceVersion, row.state, row.stepId, row.nextAt];
};

describe('?applyTo=', () => {
  it('SET-22: new, or nothing, leaves those who run on their version', async () => {
    const id = await waiting();
    const answer = await replace([...steps.slice(0, 1), emailStep('two', 9)], '');
    expect(answer.body).toMatchObject({ version: 2 });
    expect(answer.body).not.toHaveProperty('movedEnrollments');
    await replace([...steps.slice(0, 1), emailStep('two', 8)], '?applyTo=new');
    expect(await standingOf(id)).toEqual([1, 'active', 'two', '2026-11-25T10:00:00.000Z']);
  });

  it.each([
    ['PUT', '', { name: 'S', steps: [steps[0], emailStep('two', 3)] }],
    ['PATCH', '', { settings: { sendWindowStartMinute: 660 } }],
    ['PATCH', '/steps/two', { delayDays: 3 }],
    ['DELETE', '/steps/two', {}],
    ['PUT', '/steps/order', { stepIds: ['bye', 'two', 'one', 'call'] }],
  ])('EDT-07: %s %s?applyTo=active moves those who run, and says how many', async (...call) => {
    const [method, path, body] = call;
    const ids = [await waiting(), await waiting(), await calling(), await enroll()];
    const over = await waiting();
    await ask('POST', `/v1/enrollments/${over}/unenroll`);
    now = tuesday;
    const answer = await edit(method, `${path}?applyTo=active`, body);
    expect(answer.body).toMatchObject({ version: 2, movedEnrollments: 4 });
    for (const { row, log } of await readRecords(api.db, ids)) {
      expect(row.sequenceVersion).toBe(2);
      expect(log.map(({ number }) => number)).toEqual(log.map((_, index) => index + 1));
      expect(row.eventCount).toBe(log.length);
      const entry = log.findLast(({ type }) => type === 'version_changed');
      expect(entry).toMatchObject({ at: tuesday, data: { fromVersion: 1, toVersion: 2 } });
      expect(entry?.data.next).toEqual(
        row.stepId === null ? undefined : { stepId: row.stepId, at: row.nextAt, why: row.why },
      );
      const shown = await api.request('GET', `/v1/enrollments/${row.id}`);
      expect(shown.body).toMatchObject({ sequenceVersion: 2, state: row.state });
    }
    expect((await standingOf(over))[0]).toBe(1);
  });

  it('moves those of every earlier version, on restoring and on saving the same again', async () => {
    const first = await waiting();
    await replace([emailStep('one', 0), emailStep('two', 5)], '');
    const second = await waiting();
    const same = await replace([emailStep('one', 0), emailStep('two', 5)]);
    expect(same.body).toMatchObject({ version: 2, movedEnrollments: 1 });
    expect((await standingOf(first))[3]).toBe('2026-11-30T10:00:00.000Z');
    const restored = await edit('POST', '/versions/1/restore?applyTo=active');
    expect(restored.body).toMatchObject({ version: 3, movedEnrollments: 2 });
    for (const id of [first, second]) {
      expect(await standingOf(id)).toEqual([3, 'active', 'two', '2026-11-25T10:00:00.000Z']);
    }
  });

  it('EDT-03: skips a deleted step, cancels its awaited task, and finishes whom nothing is left', async () => {
    const [waits, calls] = [await waiting(), await calling()];
    now = '2026-11-26T09:00:00.000Z';
    await replace([emailStep('one', 0)]);
    for (const id of [waits, calls]) expect((await standingOf(id))[1]).toBe('finished');
    const { tasks, log } = await readRecord(api.db, calls);
    expect(tasks).toMatchObject([{ state: 'cancelled', closedAt: now }]);
    expect(lines(log).slice(-3)).toEqual(['step_skipped call', 'version_changed', 'finished']);
    const again = await replace([emailStep('one', 0), emailStep('two', 1)]);
    expect(again.body).toMatchObject({ movedEnrollments: 0 });
  });

  it('SEQ-01: what has run does not run again, wherever it stands by now', async () => {
    const id = await calling();
    now = '2026-11-26T09:00:00.000Z';
    await replace([callStep('call', 0), emailStep('two', 1), emailStep('new', 2), steps[0] ?? {}]);
    const [task] = (await readRecord(api.db, id)).tasks;
    await ask('POST', `/v1/tasks/${task?.id ?? ''}/complete`);
    expect(await standingOf(id)).toEqual([2, 'active', 'new', '2026-11-30T09:00:00.000Z']);
    await ask('POST', `/v1/enrollments/${id}/skip-step`);
    expect((await standingOf(id))[1]).toBe('finished');
    // "two" was sent and "new" skipped: put behind what is left, neither comes again.
    expect(lines((await readRecord(api.db, id)).log).filter((line) => / two$/.test(line))).toEqual([
      'email_sent two',
    ]);
  });

  it('leaves word for every workflow, and tells a bounded number of them at once', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) ids.push(await enroll());
    gateway.delivered.length = 0;
    await edit('PATCH', '?applyTo=active', { settings: { unenrollCompany: true } });
    const words = await api.db.select().from(outbox).where(inArray(outbox.targetId, ids));
    const told = words.filter(({ message }) => message?.type === 'versionChanged');
    expect(told.map(({ targetId }) => targetId).sort()).toEqual([...ids].sort());
    expect(gateway.delivered).toHaveLength(20);
  });

  it('moves nobody when the edit is refused', async () => {
    const id = await waiting();
    expect((await replace([emailStep('one', 3)])).pointers).toEqual(['/steps/0/delayDays']);
    expect((await replace(steps, '?applyTo=all')).errors).toMatchObject([
      { in: 'query', pointer: '/applyTo' },
    ]);
    expect((await replace([callStep('one', 0)])).errors).toMatchObject([
      { pointer: '/steps/0/kind', code: 'kind_changed' },
    ]);
    expect(await standingOf(id)).toEqual([1, 'active', 'two', '2026-11-25T10:00:00.000Z']);
  });

  it('moves more than one chunk of them', async () => {
    await cloneEnrollment(api.db, await waiting(), 1200);
    const answer = await replace([emailStep('one', 0), emailStep('two', 4)]);
    expect(answer.body).toMatchObject({ movedEnrollments: 1201 });
    const { rows } = await api.db.execute(sql`
      select sequence_version, next_at, event_count, (
        select count(*)::integer from ${logEntries} where subject_id = ${enrollments.id}
      ) as logged from ${enrollments} where sequence_id = ${sequenceId} group by 1, 2, 3, 4`);
    expect(rows).toMatchObject([{ sequence_version: 2, event_count: 3, logged: 3 }]);
  });
});

describe('POST /v1/sequences/{id}/impact', () => {
  const impact = (list: readonly object[], settings = {}) =>
    edit('POST', '/impact', { name: 'S', steps: list, settings });
  const drafts: readonly (readonly [string, readonly object[], object])[] = [
    ['the same', steps, {}],
    ['a longer delay', [...steps.slice(0, 1), emailStep('two', 4), ...steps.slice(2)], {}],
    ['a shorter delay', [...steps.slice(0, 1), emailStep('two', 0), ...steps.slice(2)], {}],
    ['a later window', steps, { sendWindowStartMinute: 720 }],
    ['a deleted step', [...steps.slice(0, 1), ...steps.slice(2)], {}],
    ['a deleted task', [...steps.slice(0, 2), ...steps.slice(3)], {}],
    ['nothing but the first', steps.slice(0, 1), {}],
    ['new steps alone', [emailStep('a', 0), emailStep('b', 2)], {}],
    ['another order', [...steps].reverse().map((step, i) => ({ ...step, delayDays: i })), {}],
  ];

  test.each(drafts)('EDT-10: says what applyTo=active then does: %s', async (...draft) => {
    const [, list, settings] = draft;
    const ids = [await waiting(), await waiting(), await calling(), await enroll()];
    const paused = await waiting();
    await ask('POST', `/v1/enrollments/${paused}/pause`);
    ids.push(paused);
    now = tuesday;
    const before = new Map((await readRecords(api.db, ids)).map(({ row }) => [row.id, row]));
    const answer = await impact(list, settings);
    expect(answer.status).toBe(200);
    const told = impactReply.parse(answer.body);
    // Nothing was saved.
    const after = new Map((await readRecords(api.db, ids)).map(({ row }) => [row.id, row]));
    expect(after).toEqual(before);
    const moved = await replace(list, '?applyTo=active', settings);
    const rows = (await readRecords(api.db, ids))
      .map(({ row }) => row)
      .filter(({ versionChangedAt }) => versionChangedAt !== null);
    const kinds = rows.map((row) => kindOf(before.get(row.id), row));
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect(told).toMatchObject({
      enrollments: rows.length,
      keepDate: count('keep'),
      earlier: count('earlier'),
      later: count('later'),
      otherStep: count('otherStep'),
      finish: count('finish'),
    });
    expect(moved.body['movedEnrollments']).toBe(rows.length);
    expect(told.examples).toHaveLength(rows.length);
    for (const example of told.examples) {
      const row = rows.find(({ id }) => id === example.enrollmentId);
      const had = before.get(example.enrollmentId);
      expect(example).toMatchObject({
        impact: kindOf(had, row),
        before: { stepId: had?.stepId, at: had?.nextAt, why: had?.why },
        after: { stepId: row?.stepId, at: row?.nextAt, why: row?.why },
      });
    }
  });

  const standing = z.object({
    stepId: z.string().nullable(),
    nextAt: z.string().nullable(),
    endedAt: z.string().nullable(),
  });
  function kindOf(had: unknown, has: unknown): string {
    const [before, after] = [standing.parse(had), standing.parse(has)];
    if (after.endedAt !== null) return 'finish';
    if (after.stepId !== before.stepId) return 'otherStep';
    if (after.nextAt === before.nextAt) return 'keep';
    return (after.nextAt ?? '') < (before.nextAt ?? '') ? 'earlier' : 'later';
  }

  it('EDT-10: counts the steps that some will run anew, no more, or in another form', async () => {
    await waiting();
    await calling();
    const answer = await impact([
      ...steps.slice(0, 1),
      emailStep('two', 2),
      emailStep('new', 1),
      emailStep('bye', 5),
    ]);
    expect(answer.body).toMatchObject({
      enrollments: 2,
      keepDate: 1,
      otherStep: 1,
      steps: { added: 1, removed: 1, changed: 1 },
    });
  });

  it('answers at most ten examples, of each kind that there is', async () => {
    for (let count = 0; count < 12; count += 1) await enroll();
    const id = await waiting();
    const told = impactReply.parse((await impact([emailStep('one', 0)])).body);
    expect(told).toMatchObject({ enrollments: 13, keepDate: 12, finish: 1 });
    expect(told.examples).toHaveLength(10);
    expect(told.examples[0]).toMatchObject({ enrollmentId: id, impact: 'finish' });
  });

  it('refuses what PUT refuses, with the same places', async () => {
    const bad = { name: ' ', steps: [callStep('one', 91)], settings: { sendWindowEndMinute: 1 } };
    const [told, put] = [await edit('POST', '/impact', bad), await edit('PUT', '', bad)];
    expect(told.status).toBe(422);
    expect(told.errors).toEqual(put.errors);
    await ask('DELETE', `/v1/sequences/${sequenceId}`);
    expect((await impact(steps)).code).toBe('SEQUENCE_NOT_ACTIVE');
  });
});
