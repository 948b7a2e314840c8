import { afterAll, beforeAll, expect, it, test } from 'vitest';
import type { Endpoint } from '../../../src/api/http/endpoint.js';
import { endpoints } from '../../../src/api/routes/index.js';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';
import { filledIn, pathIn } from '../../support/world-paths.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let owner: World;
let stranger: TestCaller;
beforeAll(async () => {
  api = await startApi();
  owner = await createWorld(api);
  stranger = await api.createCaller();
  await stranger.request('POST', '/v1/users', {
    email: 'stranger@example.com',
    name: 'Stranger',
    timeZone: 'UTC',
    // Refused for nothing but that the id is another account's.
    role: 'admin',
  });
});
afterAll(async () => {
  await api.close();
});

const everybody = { field: 'contact.createdAt', operator: 'known' };

/** What endpoints with a body need to get as far as looking at the id. */
const bodies: Readonly<Record<string, unknown>> = {
  'PATCH /v1/task-queues/{id}': { name: 'Other calls' },
  'PUT /v1/sequences/{id}': { name: 'One call', steps: [{ kind: 'call', title: 'Call' }] },
  'POST /v1/sequences/{id}/impact': { name: 'One call', steps: [{ kind: 'call', title: 'Call' }] },
  'POST /v1/sequences/{id}/copy': { name: 'Copy' },
  'POST /v1/users/{id}/absences': { firstOn: '2020-01-01', lastOn: '2020-01-02' },
  'PATCH /v1/teams/{id}': { name: 'Team' },
  'PUT /v1/teams/{id}/members': { memberIds: [] },
  'PUT /v1/sequences/{id}/steps/order': { stepIds: ['call'] },
  'PATCH /v1/folders/{id}': { name: 'Other' },
  'POST /v1/lists/{id}/members': { selection: { filter: everybody } },
  'POST /v1/bulk-enrollments/{id}/items': { contacts: [{ email: 'grace@example.com' }] },
  'PATCH /v1/bulk-enrollments/{id}/items/{itemId}': { overrides: {} },
  'POST /v1/templates/{id}/preview': { contact: { email: 'grace@example.com' } },
};

/** What the program itself brings along, the same for every account. */
const isNobodys = ({ path }: Endpoint) => path.startsWith('/v1/sequence-templates');

const named = endpoints.filter((each) => each.path.includes('{') && !isNobodys(each));

test.each(named.map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const))(
  "%s %s answers another account's id like an unknown one, 404",
  async (method, path, endpoint) => {
    const ask = (caller: TestCaller, user: string, where: string) =>
      caller.request(
        method,
        where,
        method === 'GET' ? undefined : (bodies[`${method} ${path}`] ?? {}),
        {
          'cadenza-user': user,
        },
      );
    const foreign = await ask(stranger, 'stranger@example.com', pathIn(owner, endpoint.path));
    const unknownPath = filledIn(owner, endpoint.path).replace(
      '{id}',
      '0192f0c1-0000-7000-8000-000000000000',
    );
    const unknown = await ask(stranger, 'stranger@example.com', unknownPath);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    // The fixture is a good one: its own account gets past the 404.
    const own = await ask(owner, owner.userId, pathIn(owner, endpoint.path));
    expect(own.status).not.toBe(404);
  },
);

it("shows no list another account's rows", async () => {
  const lists = endpoints.filter(
    (each) => each.method === 'GET' && !each.path.includes('{') && !isNobodys(each),
  );
  for (const { path } of lists) {
    const mine = await owner.request('GET', path);
    expect([path, mine.status]).toEqual([path, 200]);
    const theirs = await stranger.request('GET', path);
    expect(theirs.ids.filter((id) => mine.ids.includes(id))).toEqual([]);
  }
});

it("refuses another account's ids in bodies as 404, with their place", async () => {
  const contact = await stranger.request('POST', '/v1/contacts', { companyId: owner.companyId });
  expect(contact.status).toBe(404);
  expect(contact.errors).toMatchObject([{ in: 'body', pointer: '/companyId' }]);
  const owned = await stranger.request('PUT', '/v1/contacts', {
    email: 'x@example.com',
    ownerId: owner.userId,
  });
  expect(owned.errors).toMatchObject([{ in: 'body', pointer: '/ownerId' }]);
  const mailbox = await stranger.request('POST', '/v1/mailboxes', {
    userId: owner.userId,
    address: 'x@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
  expect(mailbox.status).toBe(404);
  const upserted = await stranger.request('PUT', '/v1/mailboxes', {
    userId: owner.userId,
    address: 'x@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
  expect([upserted.status, upserted.pointers]).toEqual([404, ['/userId']]);
  const tasked = await owner.request('PATCH', `/v1/tasks/${owner.taskId}`, {
    assigneeId: (await stranger.request('GET', '/v1/users')).ids[0],
  });
  expect([tasked.status, tasked.pointers]).toEqual([404, ['/assigneeId']]);
  const team = { name: 'Theirs', memberIds: [owner.userId] };
  const teamed = await stranger.request('PUT', '/v1/teams', team);
  expect([teamed.status, teamed.pointers]).toEqual([404, ['/memberIds/0']]);
  for (const whose of [
    { enrollmentId: owner.enrollmentId },
    { contact: { id: owner.contactId } },
  ]) {
    const event = { id: 'opened', type: 'open', ...whose };
    const opened = await stranger.request('POST', '/v1/events', event);
    expect([opened.status, opened.pointers]).toEqual([404, [`/${Object.keys(whose).join('')}`]]);
  }
  const sequence = await stranger.request(
    'POST',
    '/v1/sequences',
    {
      name: 'Theirs',
      steps: [{ kind: 'automated_email', templateId: owner.templateId }],
    },
    { 'cadenza-user': 'stranger@example.com' },
  );
  expect([sequence.status, sequence.pointers]).toEqual([404, ['/steps/0/templateId']]);
  const template = await stranger.request(
    'POST',
    '/v1/templates',
    { name: 'Theirs', subject: 'Hello', html: '<p>Hello</p>', folderId: owner.folderId },
    { 'cadenza-user': 'stranger@example.com' },
  );
  expect([template.status, template.pointers]).toEqual([404, ['/folderId']]);
});

it("refuses another account's ids in a preview or a simulation like unknown ones", async () => {
  const as = { 'cadenza-user': 'stranger@example.com' };
  const own = await stranger.request(
    'POST',
    '/v1/sequences',
    { name: 'Theirs', steps: [{ kind: 'call', title: 'Call' }] },
    as,
  );
  const contact = { id: owner.contactId };
  const previewed = await stranger.request(
    'POST',
    '/v1/enrollments/preview',
    { sequenceId: owner.sequenceId, contact },
    as,
  );
  expect([previewed.status, previewed.pointers]).toEqual([404, ['/sequenceId']]);
  const row = await stranger.request(
    'POST',
    '/v1/enrollments/preview',
    { sequenceId: own.id, contact },
    as,
  );
  expect(row.body).toMatchObject({
    results: [{ contactId: null, refusal: { code: 'NOT_FOUND' } }],
  });
  for (const source of [
    { kind: 'list', id: owner.listId },
    { kind: 'company', id: owner.companyId },
    { kind: 'sequence', id: owner.sequenceId },
  ]) {
    const body = { sequenceId: own.id, contact, source };
    const from = await stranger.request('POST', '/v1/enrollments/preview', body, as);
    expect([from.status, from.pointers]).toEqual([404, ['/source/id']]);
  }
  const simulated = await stranger.request(
    'POST',
    `/v1/sequences/${own.id}/simulate`,
    { contact },
    as,
  );
  expect([simulated.status, simulated.pointers]).toEqual([404, ['/contact']]);
});

it("refuses another account's holiday calendars and task queues in a sequence, with their place", async () => {
  const queue = await owner.request('POST', '/v1/task-queues', { name: 'Mine' });
  const calendar = await owner.request('POST', '/v1/holiday-calendars', {
    name: 'Mine',
    dates: [],
  });
  const body = {
    name: 'Borrowed',
    steps: [{ id: 'call', kind: 'call', title: 'Call', queueId: queue.id }],
    settings: { holidayCalendarIds: [calendar.id] },
  };
  const foreign = await stranger.request('POST', '/v1/sequences', body, {
    'cadenza-user': 'stranger@example.com',
  });
  expect(foreign.status).toBe(422);
  expect(foreign.pointers).toEqual(['/settings/holidayCalendarIds/0', '/steps/0/queueId']);
  const own = await owner.request('POST', '/v1/sequences', body, { 'cadenza-user': owner.userId });
  expect(own.status).toBe(201);
});

it("refuses another account's contacts, companies and lists as what a list is filled from, with their place", async () => {
  const list = await stranger.request('POST', '/v1/lists', { kind: 'static', name: 'Theirs' });
  const fill = (body: object) => stranger.request('POST', `/v1/lists/${list.id}/members`, body);
  const tries: readonly (readonly [object, string])[] = [
    [{ contacts: [{ id: owner.contactId }] }, '/contacts/0'],
    [{ contacts: [{ email: 'grace@example.com' }] }, '/contacts/0'],
    [{ selection: { contactIds: [owner.contactId] } }, '/selection/contactIds/0'],
    [{ selection: { companyId: owner.companyId } }, '/selection/companyId'],
    [{ selection: { listId: owner.listId } }, '/selection/listId'],
  ];
  for (const [body, pointer] of tries) {
    const refused = await fill(body);
    expect([refused.status, refused.pointers]).toEqual([404, [pointer]]);
  }
  const all = await fill({ selection: { filter: everybody } });
  expect(all.body).toEqual({ added: 0, alreadyIn: 0 });
  const found = await stranger.request('POST', '/v1/contacts/search', { filter: everybody });
  expect([found.ids, found.body['total']]).toEqual([[], 0]);
  const owned = await stranger.request('POST', '/v1/lists', {
    kind: 'static',
    name: 'Owned',
    ownerId: owner.userId,
  });
  expect([owned.status, owned.pointers]).toEqual([404, ['/ownerId']]);
});
