import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
  const naming = { externalId: 'crm-grace' };
  expect((await ask('PATCH', `/v1/contacts/${world.contactId}`, naming)).status).toBe(200);
  const company = { externalId: 'crm-acme' };
  expect((await ask('PATCH', `/v1/companies/${world.companyId}`, company)).status).toBe(200);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
  world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });

it.each([
  ['/v1/enrollments?contactId=', ['crm-grace', 'GRACE@example.com']],
  ['/v1/enrollments?senderId=', ['ada', 'ada@example.com']],
  ['/v1/tasks?contactId=', ['crm-grace', 'grace@example.com']],
  ['/v1/tasks?assigneeId=', ['ada', 'ADA@example.com']],
  ['/v1/mailboxes?userId=', ['ada', 'ada@example.com']],
  ['/v1/contacts?companyId=', ['crm-acme']],
])('part 3, 16: %s takes any name, and nothing answers to another', async (path, names) => {
  for (const name of names) {
    const { status, ids } = await ask('GET', `${path}${name}`);
    expect([status, ids.length]).toEqual([200, 1]);
  }
  for (const name of ['nobody', 'x@y.example', 'crm-2', '%27', world.sequenceId]) {
    const { status, ids } = await ask('GET', `${path}${name}`);
    expect([status, ids]).toEqual([200, []]);
  }
});

it('part 3, 16: bodies take any name, and refuse what names nothing, with its place', async () => {
  const made = await ask('POST', '/v1/contacts', {
    companyId: 'crm-acme',
    ownerId: 'ada@example.com',
  });
  const ids = { companyId: world.companyId, ownerId: world.userId };
  expect([made.status, made.body]).toEqual([201, expect.objectContaining(ids)]);
  const patch = { companyId: 'crm-none', ownerId: 'none@example.com' };
  expect((await ask('PATCH', `/v1/contacts/${made.id}`, patch)).pointers).toEqual(['/companyId']);
  const list = { kind: 'static', name: 'Named', ownerId: 'ada' };
  expect((await ask('POST', '/v1/lists', list)).body).toMatchObject({ ownerId: world.userId });
  const team = { name: 'Named', memberIds: ['ada', world.userId, 'ada@example.com'] };
  const [userId] = [world.userId];
  expect((await ask('POST', '/v1/teams', team)).body).toMatchObject({ memberIds: [userId] });
  const members = await ask('PUT', `/v1/teams/${world.teamId}/members/ada%40example.com`, {});
  expect([members.status, members.body['memberIds']]).toEqual([200, [userId]]);
  const gone = await ask('DELETE', `/v1/teams/${world.teamId}/members/ada`, {});
  expect([gone.status, gone.body['memberIds']]).toEqual([200, []]);
  const sharing = `/v1/sequences/${world.sequenceId}/sharing`;
  const shared = await ask('PUT', sharing, { users: [{ id: 'ada@example.com' }] });
  expect(shared.body).toMatchObject({ users: [{ id: userId, level: 'use' }] });
  const twice = await ask('PUT', sharing, { users: [{ id: 'ada' }, { id: userId }] });
  expect(twice.errors).toMatchObject([{ pointer: '/users/1/id', code: 'duplicate' }]);
  const selection = { contactIds: ['crm-grace', 'grace@example.com', 'crm-none'] };
  const added = await ask('POST', `/v1/lists/${world.listId}/members`, { selection });
  expect(added.body).toMatchObject({
    ...{ added: 0, alreadyIn: 1 },
    unknownContacts: [{ index: 2, pointer: '/selection/contactIds/2' }],
  });
  const mailbox = { address: 'second@example.com', userId: 'ada' };
  const smtp = { host: 'localhost', port: 25, security: 'none' };
  expect((await ask('POST', '/v1/mailboxes', { ...mailbox, smtp })).body).toMatchObject({ userId });
});

it('part 3, 16: so do paths of companies, rows of a bulk upsert, and unenrolling', async () => {
  expect((await ask('GET', '/v1/companies/crm-acme')).id).toBe(world.companyId);
  expect((await ask('GET', '/v1/companies/crm-none')).code).toBe('NOT_FOUND');
  const rows = [
    { email: 'row@named.example', companyId: 'crm-acme', ownerId: 'ada' },
    { email: 'lost@named.example', companyId: 'crm-none' },
  ];
  const response = await fetch(`${api.url}/v1/contacts/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/x-ndjson' },
    body: rows.map((row) => JSON.stringify(row)).join('\n'),
  });
  expect(await response.text()).toMatch(/"created".*\n.*"refused".*"\/companyId"/);
  const row = await ask('GET', '/v1/contacts/row%40named.example');
  expect(row.body).toMatchObject({ companyId: world.companyId, ownerId: world.userId });
  const many = await ask('POST', '/v1/enrollments/unenroll', { companyId: 'crm-acme' });
  expect(many.body).toMatchObject({ unenrolled: 1 });
});
