import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { newId } from '../../../src/db/new-id.js';
import { insertTask, type TaskRow } from '../../../src/db/queries/tasks.js';
import { startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
const ask = (method: string, path: string, body?: unknown) =>
  world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });
const queueNamed = async (name: string) => (await ask('POST', '/v1/task-queues', { name })).id;
const unknown = '0192f0c1-0000-7000-8000-000000000000';

beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(() => api.close());

/** A further task of the account's enrollment. */
async function addTask(stepId: string, fields: Partial<TaskRow> = {}): Promise<string> {
  const at = new Date().toISOString();
  const id = newId(at);
  await api.db.transaction((tx) =>
    insertTask(tx, {
      accountId: world.accountId,
      id,
      enrollmentId: world.enrollmentId,
      stepId,
      contactId: world.contactId,
      assigneeId: world.userId,
      kind: 'call',
      title: 'Call',
      notes: '',
      priority: 'none',
      waitsForCompletion: false,
      createdAt: at,
      dueAt: at,
      ...fields,
    }),
  );
  return id;
}

describe('task queues', () => {
  it('TSK-09: are made, listed, renamed and deleted', async () => {
    const made = await ask('POST', '/v1/task-queues', { name: 'Mondays' });
    expect(made.status).toBe(201);
    const path = `/v1/task-queues/${made.id}`;
    expect((await ask('GET', path)).body).toEqual(made.body);
    expect((await ask('GET', '/v1/task-queues?limit=100')).ids).toContain(made.id);
    expect((await ask('PATCH', path, { name: 'Tuesdays' })).body['name']).toBe('Tuesdays');
    expect((await ask('DELETE', path)).body['name']).toBe('Tuesdays');
    expect((await ask('GET', path)).status).toBe(404);
    expect((await ask('DELETE', path)).status).toBe(404);
  });

  it('TSK-09: refuses a name that another has, and a blank one', async () => {
    await queueNamed('Taken');
    const again = await ask('POST', '/v1/task-queues', { name: 'Taken' });
    expect(again).toMatchObject({ status: 409, code: 'CONFLICT', pointers: ['/name'] });
    const id = await queueNamed('Free');
    expect((await ask('PATCH', `/v1/task-queues/${id}`, { name: 'Taken' })).status).toBe(409);
    expect((await ask('POST', '/v1/task-queues', { name: ' ' })).pointers).toEqual(['/name']);
  });

  it('TSK-09: a deleted queue leaves its tasks, in none', async () => {
    const queueId = await queueNamed('Short-lived');
    const taskId = await addTask('left', { queueId });
    expect((await ask('GET', `/v1/tasks/${taskId}`)).body).toMatchObject({ queueId });
    await ask('DELETE', `/v1/task-queues/${queueId}`);
    expect((await ask('GET', `/v1/tasks/${taskId}`)).body).toMatchObject({ queueId: null });
    // A step may go on naming it; its task is in no queue.
    const later = await addTask('later', { queueId });
    expect((await ask('GET', `/v1/tasks/${later}`)).body).toMatchObject({ queueId: null });
  });
});

describe('the queue of a step', () => {
  const call = (queueId?: string) => ({ id: 'call', kind: 'call', title: 'Call', queueId });
  const mail = { id: 'mail', kind: 'automated_email', email: { subject: 'A', html: '<p>A</p>' } };

  it('TSK-22 TSK-09 TSK-08: title, priority, queue, notes and pause flag are edited in place', async () => {
    const queueId = await queueNamed('Edited');
    const made = await ask('POST', '/v1/sequences', { name: 'S', steps: [mail, call()] });
    const path = `/v1/sequences/${made.id}/steps/call`;
    const patch = {
      title: 'Ring {{contact.firstName|them}}',
      priority: 'high',
      notes: 'About {{company.name|their firm}}',
      waitsForCompletion: false,
      queueId,
    };
    const edited = await ask('PATCH', path, patch);
    expect(edited.status).toBe(200);
    expect(edited.body['steps']).toMatchObject([{ id: 'mail' }, { id: 'call', ...patch }]);
    const out = await ask('PATCH', path, { queueId: null });
    expect(JSON.stringify(out.body['steps'])).not.toContain('queueId');
    const difference = await ask('GET', `/v1/sequences/${made.id}/versions/2/difference`);
    expect(difference.body['changed']).toEqual([
      { stepId: 'call', fields: [{ field: 'queueId', from: queueId, to: null }] },
    ]);
  });

  it('TSK-09: refuses a queue that there is not, and one for an email, with its place', async () => {
    const steps = [mail, call(unknown)];
    const refused = await ask('POST', '/v1/sequences', { name: 'S', steps });
    expect(refused).toMatchObject({ status: 422, pointers: ['/steps/1/queueId'] });
    const { id } = await ask('POST', '/v1/sequences', { name: 'S', steps: [mail, call()] });
    const patch = await ask('PATCH', `/v1/sequences/${id}/steps/call`, { queueId: unknown });
    expect(patch).toMatchObject({ status: 422, pointers: ['/queueId'] });
    const queueId = await queueNamed('Emails');
    const ofEmail = await ask('PATCH', `/v1/sequences/${id}/steps/mail`, { queueId });
    expect(ofEmail.errors).toMatchObject([{ pointer: '/queueId', code: 'not_for_this_kind' }]);
  });

  it('TSK-09: a sequence whose queue was deleted is still edited, copied and restored', async () => {
    const queueId = await queueNamed('Gone');
    const made = await ask('POST', '/v1/sequences', { name: 'S', steps: [mail, call(queueId)] });
    const path = `/v1/sequences/${made.id}`;
    await ask('DELETE', `/v1/task-queues/${queueId}`);
    expect((await ask('PATCH', `${path}/steps/call`, { title: 'Ring' })).status).toBe(200);
    expect((await ask('POST', `${path}/copy`, { name: 'T' })).status).toBe(201);
    expect((await ask('PATCH', `${path}/steps/call`, { queueId: null })).status).toBe(200);
    expect((await ask('POST', `${path}/versions/1/restore`, {})).status).toBe(200);
  });
});

describe('GET /v1/tasks', () => {
  it('TSK-08 TSK-09: picks by queue, priority and due time, in either order', async () => {
    const queueId = await queueNamed('Listed');
    const due = (day: number) => ({ dueAt: `2027-01-0${day}T17:00:00.000Z` });
    const first = await addTask('l1', { queueId, priority: 'high', ...due(1) });
    const second = await addTask('l2', { queueId, priority: 'low', ...due(2) });
    const third = await addTask('l3', { queueId, priority: 'high', ...due(3) });
    const list = async (query: string) =>
      (await ask('GET', `/v1/tasks?queueId=${queueId}${query}`)).ids;
    expect(await list('')).toEqual([first, second, third]);
    expect(await list('&sort=-dueAt')).toEqual([third, second, first]);
    expect(await list('&priority=high')).toEqual([first, third]);
    expect(await list('&dueAt[gte]=2027-01-02T00:00:00Z&dueAt[lt]=2027-01-03T00:00:00Z')).toEqual([
      second,
    ]);
    const page = await ask('GET', `/v1/tasks?queueId=${queueId}&sort=-dueAt&limit=2`);
    expect(page.ids).toEqual([third, second]);
    expect(await list(`&sort=-dueAt&limit=2&after=${page.next ?? ''}`)).toEqual([first]);
    const wrong = await ask('GET', '/v1/tasks?priority=urgent&sort=title');
    expect(wrong).toMatchObject({ status: 422, pointers: ['/priority', '/sort'] });
  });
});

describe('PATCH /v1/tasks/{id}', () => {
  it('TSK-08 TSK-09 TSK-10: changes what is given, and nothing with nothing', async () => {
    const queueId = await queueNamed('Moved to');
    const path = `/v1/tasks/${await addTask('edited')}`;
    const before = (await ask('GET', path)).body;
    expect((await ask('PATCH', path, {})).body).toEqual(before);
    const change = { title: 'Ring', priority: 'medium', notes: 'Soon', queueId };
    expect((await ask('PATCH', path, change)).body).toEqual({ ...before, ...change });
    expect((await ask('PATCH', path, { queueId: null })).body).toEqual({
      ...before,
      ...change,
      queueId: null,
    });
  });

  test.each([
    ['a queue that there is not', { queueId: unknown }, ['/queueId']],
    ['a blank title', { title: ' ' }, ['/title']],
    ['what is not its to change', { state: 'completed' }, ['/state']],
  ])('refuses %s', async (what, change, pointers) => {
    const path = `/v1/tasks/${await addTask(`refused ${what}`)}`;
    expect(await ask('PATCH', path, change)).toMatchObject({ status: 422, pointers });
  });

  it('refuses a closed task', async () => {
    const path = `/v1/tasks/${await addTask('closed')}`;
    await ask('POST', `${path}/complete`, {});
    expect(await ask('PATCH', path, { title: 'Late' })).toMatchObject({ code: 'TASK_CLOSED' });
  });
});
