import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { Endpoint } from '../../../src/api/http/endpoint.js';
import { endpoints } from '../../../src/api/routes/index.js';
import { newId } from '../../../src/db/new-id.js';
import { lockSequence } from '../../../src/db/queries/sequences.js';
import { saveSharing } from '../../../src/db/queries/sharing.js';
import { insertTask } from '../../../src/db/queries/tasks.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { untilBlocked } from '../../support/database.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
});
afterAll(() => api.close());

const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
const make = async (sharing: object = {}, by: TestUser = cast.owner): Promise<string> =>
  (await made(by.request('POST', '/v1/sequences', { name: 'Secret plan', steps, sharing }))).id;
const contact = async (): Promise<{ id: string }> => {
  const email = `${randomUUID()}@contact.example`;
  return { id: (await made(cast.request('POST', '/v1/contacts', { email }))).id };
};
const enroll = async (by: TestUser, body: object) =>
  by.request('POST', '/v1/enrollments', { contact: await contact(), ...body });

/** What endpoints with a body need to get as far as looking at the sequence. */
const bodies: Readonly<Record<string, unknown>> = {
  'PUT /v1/sequences/{id}': { name: 'S', steps },
  'POST /v1/sequences/{id}/impact': { name: 'S', steps },
  'POST /v1/sequences/{id}/copy': { name: 'Copy' },
  'PUT /v1/sequences/{id}/steps/order': { stepIds: ['call'] },
};

const under = (resource: string) =>
  endpoints
    .filter(({ path }) => path.startsWith(`/v1/${resource}/{id}`))
    .map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const);

const ask = (who: TestUser, { method, path }: Endpoint, id: string) =>
  who.request(
    method,
    path.replace('{id}', id).replace('{stepId}', 'call').replace('{version}', '1'),
    method === 'GET' ? undefined : (bodies[`${method} ${path}`] ?? {}),
  );

describe('a sequence that is not shared with somebody', () => {
  let sequenceId: string;
  beforeEach(async () => {
    sequenceId = await make();
  });

  test.each(under('sequences'))(
    'SHR-04: %s %s answers it like an unknown one, 404',
    async (_method, _path, endpoint) => {
      const hidden = await ask(cast.stranger, endpoint, sequenceId);
      const unknown = await ask(cast.stranger, endpoint, randomUUID());
      expect(hidden.status).toBe(404);
      expect({ ...hidden.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
      const asAdmin = await ask(cast.admin, endpoint, sequenceId);
      expect([asAdmin.status, asAdmin.body]).toEqual([expect.any(Number), expect.anything()]);
      expect(asAdmin.status).not.toBe(404);
      expect(asAdmin.status).not.toBe(403);
    },
  );

  test.each(under('sequences'))(
    'SHR-04: %s %s knows it once it is shared with a team of theirs',
    async (_method, _path, endpoint) => {
      const shared = await make({ teams: [{ id: cast.teamId, level: 'use' }] });
      const answer = await ask(cast.teammate, endpoint, shared);
      const edits = endpoint.scope !== 'read' && !/\/(copy|pause|resume)$/.test(endpoint.path);
      expect(answer.status === 403 ? answer.code : answer.status < 300).toBe(
        edits ? 'EDIT_ACCESS_REQUIRED' : true,
      );
      if (answer.status !== 403) return;
      const asked = `${endpoint.summary}: The sequence is shared with the acting user to use it`;
      expect(String(answer.body['detail']).slice(0, asked.length)).toBe(asked);
    },
  );

  it('SHR-06: nobody else can enroll in it, as if it were unknown', async () => {
    const hidden = await enroll(cast.stranger, { sequenceId });
    expect(hidden).toMatchObject({ status: 404, pointers: ['/sequenceId'] });
    expect((await enroll(cast.owner, { sequenceId })).status).toBe(201);
    expect((await enroll(cast.admin, { sequenceId })).status).toBe(201);
  });

  it('LIM-04 SEQ-22: counts in the total of the account, whoever asks', async () => {
    const [all, theirs] = await Promise.all(
      [cast.account, cast.stranger].map((who) => who.request('GET', '/v1/sequences')),
    );
    expect(theirs?.ids).not.toContain(sequenceId);
    expect(theirs?.body['total']).toBe(all?.body['total']);
    expect(theirs?.body['limit']).toBe(5000);
  });
});

describe('the sender', () => {
  it('ENR-07 SHR-06 ERR-06: without access the enrollment fails, and nothing is kept', async () => {
    const sequenceId = await make();
    const body = { sequenceId, sender: { id: cast.stranger.id }, contact: await contact() };
    const refused = await enroll(cast.owner, body);
    expect(refused).toMatchObject({ status: 403, code: 'SENDER_NO_ACCESS' });
    expect(refused.body).toMatchObject({ scope: 'sender', retryable: false });
    const listed = await cast.account.request(
      'GET',
      `/v1/enrollments?contactId=${body.contact.id}`,
    );
    expect(listed.ids).toEqual([]);
    const users = [{ id: cast.stranger.id }];
    await made(cast.owner.request('PUT', `/v1/sequences/${sequenceId}/sharing`, { users }));
    expect((await enroll(cast.owner, body)).status).toBe(201);
  });

  it('ENR-07: has it as its owner, as an admin, and through a team', async () => {
    const sequenceId = await make({ teams: [{ id: cast.teamId }] });
    for (const sender of [cast.owner, cast.admin, cast.teammate]) {
      const answer = await enroll(cast.teammate, { sequenceId, sender: { id: sender.id } });
      expect(answer.status).toBe(201);
    }
  });

  it('ENR-07: keeps it while the sharing is changed from everyone to them by name', async () => {
    const { accountId, owner, stranger } = cast;
    const sequenceId = await make({ everyone: 'use' });
    let enrolling: Promise<ApiAnswer> | undefined;
    await api.db.transaction(async (tx) => {
      await lockSequence(tx, accountId, sequenceId, 'edit');
      const users = [{ id: stranger.id, level: 'use' } as const];
      await saveSharing(tx, accountId, sequenceId, { everyone: null, users, teams: [] });
      enrolling = enroll(owner, { sequenceId, sender: { id: stranger.id } });
      await untilBlocked(api.db);
    });
    expect((await enrolling)?.status).toBe(201);
  });

  it('ENR-07: loses it with the team, while what runs goes on', async () => {
    const member = await cast.user();
    const path = `/v1/teams/${cast.teamId}/members/${member.id}`;
    await made(cast.admin.request('PUT', path, {}));
    const sequenceId = await make({ teams: [{ id: cast.teamId }] });
    const sender = { id: member.id };
    const running = await made(enroll(cast.owner, { sequenceId, sender }));
    await made(cast.admin.request('DELETE', path, {}));
    expect((await enroll(cast.owner, { sequenceId, sender })).code).toBe('SENDER_NO_ACCESS');
    const { body } = await member.request('GET', `/v1/enrollments/${running.id}`);
    expect(body).toMatchObject({ state: 'active', senderId: member.id });
  });
});

describe('an enrollment', () => {
  let sequenceId: string;
  let enrollmentId: string;
  let taskId: string;
  beforeEach(async () => {
    sequenceId = await make();
    const { id: contactId } = await contact();
    const body = { sequenceId, contact: { id: contactId } };
    enrollmentId = (await made(cast.owner.request('POST', '/v1/enrollments', body))).id;
    const at = new Date().toISOString();
    taskId = newId(at);
    await api.db.transaction((tx) =>
      insertTask(tx, {
        accountId: cast.accountId,
        id: taskId,
        enrollmentId,
        stepId: 'call',
        contactId,
        assigneeId: cast.owner.id,
        kind: 'call',
        title: 'Call',
        notes: '',
        priority: 'none',
        waitsForCompletion: true,
        createdAt: at,
        dueAt: at,
      }),
    );
  });

  test.each([...under('enrollments'), ...under('tasks')])(
    'SHR-04: %s %s answers one of a sequence that is not shared like an unknown one, 404',
    async (_method, path, endpoint) => {
      const id = path.startsWith('/v1/tasks') ? taskId : enrollmentId;
      const hidden = await ask(cast.stranger, endpoint, id);
      const unknown = await ask(cast.stranger, endpoint, randomUUID());
      expect(hidden.status).toBe(404);
      expect({ ...hidden.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
      expect((await ask(cast.owner, endpoint, id)).status).not.toBe(404);
    },
  );

  it('SHR-04: lists leave it out, until the sequence is shared', async () => {
    const lists = ['/v1/enrollments', `/v1/tasks?enrollmentId=${enrollmentId}`];
    const seen = async (who: TestUser) =>
      Promise.all(lists.map(async (path) => (await who.request('GET', path)).ids));
    const [hidden, hiddenTasks] = await seen(cast.stranger);
    expect(hidden).not.toContain(enrollmentId);
    expect(hiddenTasks).toEqual([]);
    await made(
      cast.owner.request('PUT', `/v1/sequences/${sequenceId}/sharing`, { everyone: 'use' }),
    );
    for (const who of [cast.stranger, cast.admin, cast.account]) {
      const [shown, tasks] = await seen(who);
      expect(shown).toContain(enrollmentId);
      expect(tasks).toEqual([taskId]);
    }
  });

  it('SHR-04: its sender and the assignee of its tasks see it, whatever becomes of the sharing', async () => {
    const sender = await cast.user();
    const assignee = await cast.user();
    const shared = await make({ users: [{ id: sender.id }] });
    const { id } = await made(
      enroll(cast.owner, {
        sequenceId: shared,
        sender: { id: sender.id },
        taskAssignee: { id: assignee.id },
      }),
    );
    await made(cast.owner.request('PUT', `/v1/sequences/${shared}/sharing`, {}));
    for (const who of [sender, assignee]) {
      expect((await who.request('GET', `/v1/sequences/${shared}`)).status).toBe(404);
      expect((await who.request('GET', `/v1/enrollments/${id}/timeline`)).status).toBe(200);
      expect((await who.request('GET', `/v1/enrollments?sequenceId=${shared}`)).ids).toEqual([id]);
    }
  });

  it('SHR-04: whoever a task is assigned to sees and completes it, and nothing else of the enrollment', async () => {
    await api.db.execute(
      sql`update tasks set assignee_id = ${cast.stranger.id} where id = ${taskId}`,
    );
    expect((await cast.stranger.request('GET', `/v1/tasks/${taskId}`)).status).toBe(200);
    expect((await cast.stranger.request('GET', '/v1/tasks?state=open')).ids).toContain(taskId);
    expect((await cast.stranger.request('GET', `/v1/enrollments/${enrollmentId}`)).status).toBe(
      404,
    );
    const done = await cast.stranger.request('POST', `/v1/tasks/${taskId}/complete`, {});
    expect(done.body).toMatchObject({ state: 'completed', closedById: cast.stranger.id });
  });

  it('ERR-03 SHR-04: that a contact is in a sequence is told, but not in which one that is hidden', async () => {
    const { body } = await cast.account.request('GET', `/v1/enrollments/${enrollmentId}`);
    const other = await make({ everyone: 'use' });
    const again = { sequenceId: other, contact: { id: body['contactId'] } };
    const hidden = await cast.stranger.request('POST', '/v1/enrollments', again);
    expect(hidden).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
    expect(JSON.stringify(hidden.body)).not.toMatch(new RegExp(`Secret plan|${enrollmentId}`));
    const told = await cast.owner.request('POST', '/v1/enrollments', again);
    expect(told.body).toMatchObject({ enrollment: { id: enrollmentId } });
  });

  it('SHR-04: a reply cannot be reported on one by its id by who may not know of it', async () => {
    const event = { id: randomUUID(), type: 'reply', enrollmentId };
    expect((await cast.stranger.request('POST', '/v1/events', event)).status).toBe(404);
    expect((await cast.account.request('POST', '/v1/events', event)).status).toBe(200);
  });
});
