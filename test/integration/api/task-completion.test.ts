import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { TaskKind } from '../../../src/domain/sequence/step.js';
import { enrollments, outbox } from '../../../src/db/schema/index.js';
import { createRecordingGateway, startApi, type TestApi } from '../../support/api.js';
import { untilBlocked, untilSettled } from '../../support/database.js';
import { readRecord } from '../../support/records.js';
import { anyTime, callStep, emailStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
const builtIn = 'connected, left_voicemail, left_live_message, no_answer, busy, wrong_number';
const workflows = createRecordingGateway();
let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let sequenceId: string;
beforeAll(async () => {
  // What the runs are owed stays where it can be looked at.
  workflows.outcome = 'pending';
  api = await startApi({ now: () => monday, workflows });
  cast = await createCast(api);
  runner = createStepRunner(api);
  const steps = [callStep('call', 0), emailStep('after', 2)];
  const sharing = { everyone: 'use' };
  const plan = { name: 'S', steps, sharing, settings: anyTime };
  sequenceId = (await made(cast.owner.request('POST', '/v1/sequences', plan))).id;
  await setOutcomes([
    { id: 'meeting_agreed', name: 'Agreed on a meeting', kinds: ['call'] },
    { id: 'accepted', name: 'Accepted', kinds: ['linkedin_connect', 'general'] },
  ]);
});
afterAll(() => api.close());

const setOutcomes = (taskOutcomes: readonly object[]) =>
  made(cast.admin.request('PATCH', '/v1/account', { taskOutcomes }));

/** An enrollment that waits for its task. */
async function waiting(kind: TaskKind = 'call') {
  const email = `${randomUUID()}@contact.example`;
  const contact = { email, firstName: 'Grace' };
  const contactId = (await made(cast.request('POST', '/v1/contacts', contact))).id;
  const wanted = { sequenceId, contact: { id: contactId } };
  const { id } = await made(cast.owner.request('POST', '/v1/enrollments', wanted));
  const input = { accountId: cast.accountId, enrollmentId: id, stepId: 'call', at: monday };
  const taskId = await runner.awaitTask(input, kind);
  return { enrollmentId: id, taskId, contactId, path: `/v1/tasks/${taskId}` };
}

const complete = (path: string, said: object = {}) =>
  cast.owner.request('POST', `${path}/complete`, said);
const timelineOf = async (enrollmentId: string) =>
  (await cast.owner.request('GET', `/v1/enrollments/${enrollmentId}/timeline`)).body['results'];
const completions = async (enrollmentId: string) =>
  (await readRecord(api.db, enrollmentId)).log.filter(({ type }) => type === 'task_completed');
const words = async (enrollmentId: string) =>
  api.db.select().from(outbox).where(eq(outbox.targetId, enrollmentId));

describe('completing a task', () => {
  it('TSK-11: with an outcome and a note, which the task, its lists, the history and the export have', async () => {
    const { path, enrollmentId, taskId, contactId } = await waiting();
    const note = '<p class="x">{{contact.firstName}} asks for <b>30</b></p>';
    const kept = '<p>Grace asks for <b>30</b></p>';
    const done = await complete(path, { outcome: 'left_voicemail', note });
    const said = { outcome: 'left_voicemail', note: kept };
    expect(done).toMatchObject({ status: 200, body: { state: 'completed', ...said } });
    expect((await cast.owner.request('GET', path)).body).toEqual(done.body);
    const listed = async (query: string) =>
      (await cast.owner.request('GET', `/v1/tasks?enrollmentId=${enrollmentId}&${query}`)).ids;
    expect(await listed('outcome=left_voicemail')).toEqual([taskId]);
    expect(await listed('outcome=connected')).toEqual([]);
    const told = { taskId, outcome: 'left_voicemail', hasNote: true };
    expect(await timelineOf(enrollmentId)).toMatchObject([
      { type: 'enrolled' },
      { type: 'task_created' },
      { type: 'task_completed', data: { ...told, note: kept } },
    ]);
    await untilSettled(api.db);
    const log = await cast.account.request('GET', `/v1/log?subject=enrollment:${enrollmentId}`);
    expect(log.body['results']).toMatchObject([{}, {}, { type: 'task.completed', data: told }]);
    expect(JSON.stringify([log.body, await words(enrollmentId)])).not.toContain('asks');
    const exported = await cast.account.request('GET', `/v1/contacts/${contactId}/export`);
    expect(exported.body['tasks']).toMatchObject([said]);

    await made(cast.owner.request('DELETE', `/v1/contacts/${contactId}`));
    const erased = (await cast.owner.request('GET', path)).body;
    // The outcome is a code, and stays in force for what counts it.
    expect(erased).toMatchObject({ state: 'completed', outcome: 'left_voicemail', note: null });
    const history = JSON.stringify(await timelineOf(enrollmentId));
    expect(history).not.toContain('asks');
  });

  test.each(['', '<p>&nbsp;</p>', '<p>\u200B<br></p><p> </p>'])(
    'TSK-11: without either has neither: %j',
    async (note) => {
      const { path, enrollmentId } = await waiting();
      expect((await complete(path, { note })).body).toMatchObject({
        ...{ state: 'completed', outcome: null, note: null },
      });
      const [entry] = await completions(enrollmentId);
      expect(Object.keys(entry?.data ?? {})).not.toContain('outcome');
      expect(Object.keys(entry?.data ?? {})).not.toContain('hasNote');
    },
  );

  test.each([
    ['call', 'sold', 'unknown_outcome', `${builtIn}, meeting_agreed.`],
    ['call', 'accepted', 'not_for_this_kind', `${builtIn}, meeting_agreed.`],
    ['general', 'connected', 'not_for_this_kind', 'there are accepted.'],
    ['linkedin_inmail', 'busy', 'not_for_this_kind', 'PATCH /v1/account'],
  ] as const)(
    'SEQ-06 SEQ-07: a %s is not completed with %s, and it says with what it is',
    async (kind, outcome, code, list) => {
      const { path } = await waiting(kind);
      const refused = await complete(path, { outcome });
      expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/outcome', code }] });
      expect(refused.errors[0]?.['message']).toContain(list);
      expect((await cast.owner.request('GET', path)).body).toMatchObject({ state: 'open' });
    },
  );

  test.each([
    ['call', 'meeting_agreed'],
    ['linkedin_connect', 'accepted'],
    ['general', 'accepted'],
  ] as const)('SEQ-06 SEQ-07: a %s is completed with %s, of the account', async (kind, outcome) => {
    const { path } = await waiting(kind);
    expect((await complete(path, { outcome })).body).toMatchObject({ state: 'completed', outcome });
  });

  test.each([
    ['active_content', '<img src="https://a.example/x" onerror=alert(1)>'],
    ['active_content', '<a href="javascript:x()">y</a>'],
    ['token_code', '{{contact.first name}}'],
    ['too_big', 'x'.repeat(10_001)],
  ])('TSK-10: its note is checked like notes: %s', async (code, note) => {
    const { path } = await waiting();
    const refused = await complete(path, { note });
    expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/note', code }] });
    expect((await cast.owner.request('GET', path)).body).toMatchObject({ state: 'open' });
  });

  it('TSK-10: a note that was kept before is shown without what would run', async () => {
    const { path, taskId, enrollmentId } = await waiting();
    await made(complete(path, { note: '<p>x</p>' }));
    await api.db.execute(
      sql`update tasks set note = '<p>x</p><img src=x onerror=alert(1)>' where id = ${taskId}`,
    );
    expect((await cast.owner.request('GET', path)).body['note']).toBe('<p>x</p><img src="x" />');
    expect(JSON.stringify(await timelineOf(enrollmentId))).not.toContain('onerror');
  });
});

describe('completing a task again', () => {
  it('TSK-11: answers the task as it is, whatever is said now and whatever became of outcomes', async () => {
    const { path, enrollmentId } = await waiting();
    const first = await complete(path, { outcome: 'meeting_agreed', note: '<p>Friday</p>' });
    await setOutcomes([]);
    const before = await readRecord(api.db, enrollmentId);
    const owed = await words(enrollmentId);
    for (const said of [
      { outcome: 'meeting_agreed', note: '<p>Friday</p>' },
      { outcome: 'busy', note: '{{snippet.gone}}' },
      {},
    ]) {
      expect(await complete(path, said)).toMatchObject({ status: 200, body: first.body });
    }
    expect(await readRecord(api.db, enrollmentId)).toEqual(before);
    expect(await words(enrollmentId)).toEqual(owed);
    expect(before.row).toMatchObject({ state: 'active', stepId: 'after' });
    await setOutcomes([{ id: 'accepted', name: 'Accepted', kinds: ['general'] }]);
  });

  it('TSK-11: is as fine once the enrollment has ended, and adds no outcome', async () => {
    const { path, enrollmentId } = await waiting();
    const first = await complete(path);
    await made(cast.owner.request('POST', `/v1/enrollments/${enrollmentId}/unenroll`));
    const again = await complete(path, { outcome: 'connected' });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.body).toMatchObject({ outcome: null });
  });

  it('TSK-11: of two at once one is told, and both are answered alike', async () => {
    const { path, enrollmentId } = await waiting();
    const asked = await api.db.transaction(async (tx) => {
      await tx.select().from(enrollments).where(eq(enrollments.id, enrollmentId)).for('update');
      const both = ['connected', 'busy'].map((outcome) => complete(path, { outcome }));
      await untilBlocked(api.db, 2);
      return { both };
    });
    const [one, other] = await Promise.all(asked.both);
    expect([one?.status, other?.status]).toEqual([200, 200]);
    expect(other?.body).toEqual(one?.body);
    const told = await completions(enrollmentId);
    expect(told).toMatchObject([{ data: { outcome: one?.body['outcome'] } }]);
    expect(await words(enrollmentId)).toHaveLength(2);
  });

  it('a task that was skipped or cancelled stays refused, and says why', async () => {
    const skipped = await waiting();
    const left = `/v1/enrollments/${skipped.enrollmentId}/skip-step`;
    await made(cast.owner.request('POST', left, {}));
    const ended = await waiting();
    await made(cast.owner.request('POST', `/v1/enrollments/${ended.enrollmentId}/unenroll`));
    for (const { path } of [skipped, ended]) {
      const refused = await complete(path, { outcome: 'connected' });
      expect(refused).toMatchObject({ status: 409, code: 'TASK_CLOSED' });
      expect(refused.body['detail']).toContain('its step was skipped or its enrollment has ended');
      expect((await cast.owner.request('GET', path)).body).toMatchObject({ outcome: null });
    }
  });
});
