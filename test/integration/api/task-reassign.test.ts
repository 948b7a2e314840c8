import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outbox, tasks, users } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { countBlocked, untilBlocked, untilSettled } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { readRecord } from '../../support/records.js';
import { anyTime, callStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let sequenceId: string;
beforeAll(async () => {
  api = await startApi({ now: () => monday });
  cast = await createCast(api);
  runner = createStepRunner(api);
  const plan = { name: 'S', steps: [callStep('call', 0), callStep('next', 1)], settings: anyTime };
  sequenceId = (await made(cast.owner.request('POST', '/v1/sequences', plan))).id;
});
afterAll(() => api.close());

/** A task of the owner's, which nobody else but an admin sees. */
async function waiting() {
  const email = `${randomUUID()}@contact.example`;
  const contactId = (await made(cast.request('POST', '/v1/contacts', { email }))).id;
  const wanted = { sequenceId, contact: { id: contactId } };
  const { id } = await made(cast.owner.request('POST', '/v1/enrollments', wanted));
  const input = { accountId: cast.accountId, enrollmentId: id, stepId: 'call', at: monday };
  const taskId = await runner.awaitTask(input);
  return { enrollmentId: id, taskId, path: `/v1/tasks/${taskId}` };
}

const give = (path: string, assigneeId: string, by: TestUser = cast.owner) =>
  by.request('PATCH', path, { assigneeId });
const logOf = async (enrollmentId: string) => (await readRecord(api.db, enrollmentId)).log;

describe('giving a task to somebody else', () => {
  it('TSK-01: by id, externalId or email; they see it in their list, and the history says who had it', async () => {
    const externalId = randomUUID();
    const email = `${randomUUID()}@sender.example`;
    const colleague = await cast.user({ email, externalId });
    const { path, taskId, enrollmentId } = await waiting();
    const before = await readRecord(api.db, enrollmentId);
    const mine = async (user: TestUser) =>
      (await user.request('GET', `/v1/tasks?assigneeId=${user.id}`)).ids;
    expect((await colleague.request('GET', path)).status).toBe(404);
    let from = cast.owner.id;
    for (const name of [colleague.id, cast.owner.id, externalId, cast.owner.id, email]) {
      const to = name === cast.owner.id ? name : colleague.id;
      const given = await give(path, name);
      expect(given).toMatchObject({ status: 200, body: { assigneeId: to, state: 'open' } });
      expect((await logOf(enrollmentId)).at(-1)).toMatchObject({
        type: 'task_reassigned',
        stepId: 'call',
        actor: { kind: 'user', id: cast.owner.id },
        cause: { kind: 'request' },
        data: { taskId, fromAssigneeId: from, assigneeId: to },
      });
      from = to;
    }
    expect(await mine(colleague)).toContain(taskId);
    expect(await mine(cast.owner)).not.toContain(taskId);
    const timeline = await cast.owner.request('GET', `/v1/enrollments/${enrollmentId}/timeline`);
    expect(timeline.body['results']).toMatchObject([
      { number: 1, type: 'enrolled' },
      { number: 2, type: 'task_created' },
      ...[3, 4, 5, 6, 7].map((number) => ({ number, type: 'task_reassigned' })),
    ]);
    await untilSettled(api.db);
    const told = await cast.account.request('GET', `/v1/log?subject=enrollment:${enrollmentId}`);
    expect(told.body['results']).toMatchObject([
      {},
      {},
      { type: 'task.reassigned' },
      {},
      {},
      {},
      {},
    ]);
    // Later tasks stay with its assignee, and its run has nothing to hear.
    const { row } = await readRecord(api.db, enrollmentId);
    const { eventCount, changedAt, ...standing } = before.row;
    expect(row).toMatchObject({ ...standing, eventCount: eventCount + 5 });
    expect(changedAt <= row.changedAt).toBe(true);
    const owed = await api.db.select().from(outbox).where(eq(outbox.targetId, enrollmentId));
    expect(owed.filter(({ message }) => message !== null)).toEqual([]);
    const done = await colleague.request('POST', `${path}/complete`, { outcome: 'busy' });
    expect(done.body).toMatchObject({ state: 'completed', closedById: colleague.id });
  });

  it('TSK-01: to whom it has leaves no row, with other changes one of each', async () => {
    const { path, taskId, enrollmentId } = await waiting();
    const before = await readRecord(api.db, enrollmentId);
    expect((await give(path, cast.owner.id)).status).toBe(200);
    expect(await readRecord(api.db, enrollmentId)).toEqual(before);
    const both = { title: 'Ring', assigneeId: cast.stranger.id };
    expect((await cast.owner.request('PATCH', path, both)).body).toMatchObject(both);
    expect((await logOf(enrollmentId)).at(-1)?.type).toBe('task_reassigned');
    await untilSettled(api.db);
    const ofTask = await cast.account.request('GET', `/v1/log?subject=task:${taskId}`);
    expect(ofTask.body['results']).toMatchObject([{ data: { fields: ['title'] } }]);
  });

  it('SHR-04: whoever gives away what they see as its assignee alone is answered, and sees it no more', async () => {
    const { path } = await waiting();
    await made(give(path, cast.stranger.id));
    expect(await give(path, cast.teammate.id, cast.stranger)).toMatchObject({
      status: 200,
      body: { assigneeId: cast.teammate.id },
    });
    expect((await cast.stranger.request('GET', path)).status).toBe(404);
    expect((await give(path, cast.stranger.id, cast.stranger)).status).toBe(404);
  });

  it('ERR-07: refuses nobody, strangers, the erased and the deactivated, with the place, and changes nothing', async () => {
    const { path, enrollmentId } = await waiting();
    const before = await readRecord(api.db, enrollmentId);
    const others = await api.createCaller();
    const foreign = { email: 'foreign@sender.example', name: 'F', timeZone: 'UTC' };
    const { id: foreignId } = await made(others.request('POST', '/v1/users', foreign));
    const [erased, idle] = [await cast.user(), await cast.user()];
    for (const { id } of [erased, idle]) {
      await made(cast.admin.request('POST', `/v1/users/${id}/deactivate`, {}));
    }
    await made(cast.admin.request('DELETE', `/v1/users/${erased.id}`));
    for (const name of [foreignId, foreign.email, erased.id, randomUUID(), 'nobody']) {
      const refused = await give(path, name);
      expect(refused).toMatchObject({ status: 404, code: 'NOT_FOUND', pointers: ['/assigneeId'] });
    }
    const refused = await give(path, idle.id);
    expect(refused).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
    expect(refused.pointers).toEqual(['/assigneeId']);
    for (const name of ['', null, 7, 'x'.repeat(321)]) {
      const answer = await cast.owner.request('PATCH', path, { assigneeId: name });
      expect(answer).toMatchObject({ status: 422, pointers: ['/assigneeId'] });
    }
    expect(await readRecord(api.db, enrollmentId)).toEqual(before);
  });

  it('a closed task is given to nobody, one of an enrollment that has run to its end is', async () => {
    const closed = await waiting();
    await made(cast.owner.request('POST', `${closed.path}/complete`, {}));
    const before = await readRecord(api.db, closed.enrollmentId);
    expect(await give(closed.path, cast.stranger.id)).toMatchObject({
      ...{ status: 409, code: 'TASK_CLOSED' },
    });
    expect(await readRecord(api.db, closed.enrollmentId)).toEqual(before);
    const ended = await waiting();
    await made(cast.owner.request('POST', `/v1/enrollments/${ended.enrollmentId}/unenroll`));
    await api.db
      .update(tasks)
      .set({ state: 'open', closedAt: null, closedById: null })
      .where(eq(tasks.id, ended.taskId));
    expect((await give(ended.path, cast.stranger.id)).status).toBe(200);
    expect(await logOf(ended.enrollmentId)).toMatchObject([
      ...[{ type: 'enrolled' }, { type: 'task_created' }, { type: 'unenrolled' }],
      { type: 'task_reassigned' },
    ]);
  });
});

describe('giving a task to somebody who is deactivated meanwhile', () => {
  const deactivate = (user: TestUser) =>
    cast.admin.request('POST', `/v1/users/${user.id}/deactivate`, {});
  const stateOf = async (taskId: string) => {
    const [task] = await api.db.select().from(tasks).where(eq(tasks.id, taskId));
    return [task?.state, task?.assigneeId];
  };

  /** Begins `first` while the user is held, then `second`, so that they come to the user in this order. */
  async function inTurn(
    user: TestUser,
    first: () => Promise<ApiAnswer>,
    second: () => Promise<ApiAnswer>,
  ): Promise<readonly ApiAnswer[]> {
    const begun = await api.db.transaction(async (tx) => {
      await tx.select().from(users).where(eq(users.id, user.id)).for('update');
      const one = first();
      await untilBlocked(api.db);
      const two = second();
      await eventually(
        () => countBlocked(api.db),
        (blocked) => blocked > 1,
      );
      return { both: [one, two] };
    });
    return Promise.all(begun.both);
  }

  it('ERR-07: is refused when they were first', async () => {
    const leaver = await cast.user();
    const { path, taskId } = await waiting();
    const [gone, given] = await inTurn(
      leaver,
      () => deactivate(leaver),
      () => give(path, leaver.id),
    );
    expect([gone?.status, given?.code]).toEqual([200, 'USER_DEACTIVATED']);
    expect(await stateOf(taskId)).toEqual(['open', cast.owner.id]);
  });

  it('ERR-07: goes back to whoever enrolled when they were later', async () => {
    const leaver = await cast.user();
    const { path, taskId, enrollmentId } = await waiting();
    const [given, gone] = await inTurn(
      leaver,
      () => give(path, leaver.id),
      () => deactivate(leaver),
    );
    expect([given?.status, gone?.status]).toEqual([200, 200]);
    expect(gone?.body).toMatchObject({ tasksReassigned: 1 });
    expect(await stateOf(taskId)).toEqual(['open', cast.owner.id]);
    const moves = (await logOf(enrollmentId)).slice(-2);
    expect(moves).toMatchObject([
      { type: 'task_reassigned', data: { taskId, assigneeId: leaver.id } },
      {
        type: 'task_reassigned',
        actor: { kind: 'user', id: cast.admin.id },
        data: { taskId, fromAssigneeId: leaver.id, assigneeId: cast.owner.id },
      },
    ]);
  });
});
