import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrollments } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { readRecord } from '../../support/records.js';
import { anyTime, callStep, emailStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
let api: TestApi;
let cast: Cast;
let runner: StepRunner;
beforeAll(async () => {
  api = await startApi({ now: () => monday });
  cast = await createCast(api);
  runner = createStepRunner(api);
});
afterAll(() => api.close());

describe('PUT /v1/users', () => {
  const put = (body: object) => cast.request('PUT', '/v1/users', body);
  const email = () => `${randomUUID()}@sender.example`;

  it('adds a user, then changes the same one by externalId or by email', async () => {
    const first = { externalId: randomUUID(), email: email(), name: 'Ada', timeZone: 'UTC' };
    const added = await put(first);
    expect(added).toMatchObject({ status: 201, body: { ...first, role: 'member' } });
    const { externalId } = first;
    const moved = await put({ externalId, email: email(), role: 'admin' });
    expect(moved).toMatchObject({
      status: 200,
      id: added.id,
      body: { name: 'Ada', role: 'admin' },
    });
    const named = await put({ email: String(moved.body['email']), name: 'Ada L.' });
    expect(named).toMatchObject({ status: 200, id: added.id, body: { externalId } });
  });

  it('refuses the email of a user with another externalId, and a new one without a name', async () => {
    const ada = { externalId: randomUUID(), email: email(), name: 'Ada', timeZone: 'UTC' };
    await made(put(ada));
    const taken = await put({ ...ada, externalId: randomUUID() });
    expect(taken).toMatchObject({ status: 409, code: 'CONFLICT', pointers: ['/email'] });
    const nameless = await put({ email: email() });
    expect(nameless).toMatchObject({ status: 422, pointers: ['/name', '/timeZone'] });
    expect((await put({ name: 'Nobody' })).status).toBe(422);
  });

  it('makes one user, however many ask at once', async () => {
    const body = { externalId: randomUUID(), email: email(), name: 'Ada', timeZone: 'UTC' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => put(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });
});

describe('deactivating a user', () => {
  const steps = [callStep('call', 0), emailStep('two', 2)];
  const deactivate = (user: TestUser, body: object = {}, by: TestUser = cast.admin) =>
    by.request('POST', `/v1/users/${user.id}/deactivate`, body);

  /** Enrolled by one, sent by another, with an open task that is waited for. */
  async function enroll(by: TestUser, sender = by, assignee = by): Promise<string> {
    const sharing = { everyone: 'use' };
    const plan = { name: 'S', steps, sharing, settings: anyTime };
    const sequence = await made(cast.admin.request('POST', '/v1/sequences', plan));
    const contact = { email: `${randomUUID()}@contact.example` };
    await made(cast.request('POST', '/v1/contacts', contact));
    const body = {
      sequenceId: sequence.id,
      contact,
      sender: { id: sender.id },
      taskAssignee: { id: assignee.id },
    };
    const { id } = await made(by.request('POST', '/v1/enrollments', body));
    await runner.awaitTask({
      ...{ accountId: cast.accountId, enrollmentId: id, stepId: 'call', at: monday },
    });
    return id;
  }

  it('2.2: ends what they send or made, cancels its tasks, and keeps the history', async () => {
    const [leaver, other] = [await cast.user(), await cast.user()];
    const ids = [await enroll(leaver), await enroll(other, leaver), await enroll(leaver, other)];
    const untouched = await enroll(other);
    const answer = await deactivate(leaver);
    expect(answer).toMatchObject({
      status: 200,
      body: { enrollmentsEnded: 3, tasksReassigned: 0, user: { deactivatedAt: monday } },
    });
    for (const id of ids) {
      const { row, tasks, log } = await readRecord(api.db, id);
      expect(row).toMatchObject({ state: 'unenrolled', reason: 'user_removed' });
      expect(tasks).toMatchObject([{ state: 'cancelled', closedById: cast.admin.id }]);
      expect(row.eventCount).toBe(log.length);
    }
    expect((await readRecord(api.db, untouched)).row.state).toBe('waiting_task');
    expect((await cast.request('GET', `/v1/users/${leaver.id}`)).status).toBe(200);
    expect((await deactivate(leaver)).body).toMatchObject({
      enrollmentsEnded: 0,
      user: { deactivatedAt: monday },
    });
  });

  it('hands their tasks over: to the user named, or to whoever enrolled', async () => {
    const [leaver, other, successor] = [await cast.user(), await cast.user(), await cast.user()];
    const theirs = await enroll(leaver);
    const helped = await enroll(other, other, leaver);
    const answer = await deactivate(leaver, { reassignTasksTo: { id: successor.id } });
    expect(answer.body).toMatchObject({ enrollmentsEnded: 1, tasksReassigned: 2 });
    for (const id of [theirs, helped]) {
      expect((await readRecord(api.db, id)).tasks).toMatchObject([
        { state: 'open', assigneeId: successor.id },
      ]);
    }
    const { row, log } = await readRecord(api.db, helped);
    expect(row).toMatchObject({ state: 'waiting_task', taskAssigneeId: successor.id });
    expect(log.at(-1)).toMatchObject({
      type: 'assignee_changed',
      data: { assigneeId: successor.id },
    });
    const next = await cast.user();
    const again = await enroll(other, other, next);
    expect((await deactivate(next)).body).toMatchObject({
      enrollmentsEnded: 0,
      tasksReassigned: 1,
    });
    const kept = await readRecord(api.db, again);
    expect(kept.row).toMatchObject({ state: 'waiting_task', taskAssigneeId: other.id });
    expect(kept.tasks).toMatchObject([{ state: 'open', assigneeId: other.id }]);
  });

  it('ERR-07: they cannot act, send or be given tasks, until they are reactivated', async () => {
    const leaver = await cast.user();
    const waiting = await enroll(leaver);
    await made(deactivate(leaver));
    expect(await leaver.request('GET', '/v1/sequences')).toMatchObject({
      status: 422,
      code: 'USER_DEACTIVATED',
    });
    for (const field of ['sender', 'taskAssignee']) {
      const { sequenceId } = (await readRecord(api.db, waiting)).row;
      const contact = { email: `${randomUUID()}@contact.example` };
      await made(cast.request('POST', '/v1/contacts', contact));
      const body = { sequenceId, contact, [field]: { id: leaver.id } };
      const refused = await cast.owner.request('POST', '/v1/enrollments', body);
      expect(refused).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
    }
    const path = `/v1/users/${leaver.id}/reactivate`;
    expect((await made(cast.admin.request('POST', path, {}))).body).toMatchObject({
      deactivatedAt: null,
      hasSeat: true,
    });
    expect((await leaver.request('GET', '/v1/sequences')).status).toBe(200);
    expect((await readRecord(api.db, waiting)).row.state).toBe('unenrolled');
  });

  it('one whom an earlier release left with a live enrollment sends nothing', async () => {
    const leaver = await cast.user();
    const mails = { name: 'S', steps: [emailStep('one', 0)], settings: anyTime };
    const sequence = await made(leaver.request('POST', '/v1/sequences', mails));
    const contact = { email: `${randomUUID()}@contact.example` };
    await made(cast.request('POST', '/v1/contacts', contact));
    const body = { sequenceId: sequence.id, contact };
    const { id } = await made(leaver.request('POST', '/v1/enrollments', body));
    await made(deactivate(leaver));
    // It could be enrolled by a call that began before and was committed after.
    await api.db
      .update(enrollments)
      .set({ state: 'active', reason: null, endedAt: null, stepId: 'one', nextAt: monday })
      .where(eq(enrollments.id, id));
    const claim = { accountId: cast.accountId, enrollmentId: id, stepId: 'one', at: monday };
    expect(await runner.reserve(claim)).toMatchObject({
      kind: 'settled',
      status: { state: 'unenrolled', reason: 'user_removed' },
    });
  });

  it('is an admin’s, of another user, with a successor who is active', async () => {
    const [leaver, gone] = [await cast.user(), await cast.user()];
    await made(deactivate(gone));
    expect(await deactivate(leaver, {}, cast.owner)).toMatchObject({ code: 'ADMIN_REQUIRED' });
    expect(await deactivate(cast.admin)).toMatchObject({ status: 409, code: 'CONFLICT' });
    for (const id of [gone.id, leaver.id]) {
      const answer = await deactivate(leaver, { reassignTasksTo: { id } });
      expect(answer).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
    }
    const unknown = await deactivate(leaver, { reassignTasksTo: { id: randomUUID() } });
    expect(unknown).toMatchObject({ status: 404, pointers: ['/reassignTasksTo'] });
  });
});
