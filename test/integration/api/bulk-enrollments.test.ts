import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, createRecordingGateway, type TestApi } from '../../support/api.js';
import { createBulkTools, sendMinutes, type BulkTools } from '../../support/bulk.js';
import { emailStep } from '../../support/sequences.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const workflows = createRecordingGateway();
let api: TestApi;
let cast: Cast;
let robin: TestUser;
let tools: BulkTools;
beforeAll(async () => {
  api = await startApi({ workflows });
  cast = await createCast(api);
  robin = await cast.user({ permissions: ['sequences', 'bulk_enroll'] });
  tools = createBulkTools(cast, robin);
});
afterAll(() => api.close());

const create = (body: object, by: TestUser = robin) =>
  by.request('POST', '/v1/bulk-enrollments', body);
const total = async () => (await robin.request('GET', '/v1/bulk-enrollments?limit=100')).ids.length;

describe('a draft', () => {
  it('LIM-06 BULK_TOO_LARGE: takes 50 contacts and refuses 51, with nothing saved', async () => {
    const sequenceId = await tools.sequence();
    const ids = await tools.contacts(51);
    const before = await total();
    const contacts = ids.map((id) => ({ id }));
    const refused = await create({ sequenceId, contacts });
    expect(refused).toMatchObject({ status: 422, code: 'BULK_TOO_LARGE' });
    expect(refused.body).toMatchObject({ limit: 50, count: 51, scope: 'request' });
    expect(await total()).toBe(before);
    const draft = await tools.draft(ids.slice(0, 50), { sequenceId });
    expect(draft).toMatchObject({ state: 'draft', counts: { total: 50, pending: 50 } });
    const more = await tools.post(`${draft.id}/items`, { contacts: contacts.slice(50) });
    expect(more).toMatchObject({ status: 422, code: 'BULK_TOO_LARGE' });
    expect((await tools.show(draft.id)).counts.total).toBe(50);
  });

  it('refuses a contact that is named twice, in whatever way, with both places', async () => {
    const sequenceId = await tools.sequence();
    const email = `${randomUUID()}@contact.example`;
    const { id } = await made(cast.request('POST', '/v1/contacts', { email }));
    const [other = ''] = await tools.contacts(1);
    const contacts = [{ id }, { id: other }, { email: email.toUpperCase() }];
    const refused = await create({ sequenceId, contacts });
    expect(refused).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
    expect(refused.pointers).toEqual(['/contacts/2']);
    expect(refused.body['detail']).toMatch(/\/contacts\/2 is the same contact as \/contacts\/0/);
    const draft = await tools.draft([other], { sequenceId });
    const again = await tools.post(`${draft.id}/items`, { contacts: [{ id }, { id: other }] });
    expect(again).toMatchObject({ status: 422, pointers: ['/contacts/1'] });
    expect(again.body['detail']).toContain('at index 0');
    expect(await tools.items(draft.id)).toHaveLength(1);
  });

  it('part 3, 16: takes contacts as a single enrollment names one, and refuses an unknown one alone', async () => {
    const sequenceId = await tools.sequence();
    const [a = '', b = '', c = ''] = await tools.contacts(3);
    const unknown = { contact: { email: 'nobody@unknown.example' } };
    const draft = await made(
      create({ sequenceId, contacts: [{ contact: { id: a } }, unknown, { id: b }] }),
    );
    expect(draft.body).toMatchObject({
      counts: { total: 2 },
      unknownContacts: [{ index: 1, pointer: '/contacts/1', code: 'NOT_FOUND' }],
    });
    const selection = { contactIds: [randomUUID(), c] };
    const added = await tools.post(`${draft.id}/items`, { selection });
    expect(added.body).toMatchObject({
      counts: { total: 3 },
      unknownContacts: [{ index: 0, pointer: '/selection/contactIds/0' }],
    });
    const items = await tools.items(draft.id);
    expect(items.map(({ index, contactId }) => [index, contactId])).toEqual([
      ...[
        [0, a],
        [2, b],
        [3, c],
      ],
    ]);
    const both = { contact: { id: a }, email: 'a@b.example' };
    expect((await create({ sequenceId, contacts: [both] })).pointers).toEqual(['/contacts/0']);
  });

  it('refuses ambiguous references and mistaken choices, each with its place', async () => {
    const sequenceId = await tools.sequence();
    const bad = await create({
      sequenceId,
      contacts: [{ id: randomUUID(), email: 'a@b.example' }, {}, { id: 'x' }],
      defaults: { timeZone: 'Mars/Olympus', mailboxId: randomUUID() },
    });
    expect(bad.pointers).toEqual([
      '/contacts/0',
      '/contacts/1',
      '/contacts/2/id',
      '/defaults/timeZone',
      '/defaults/mailboxId',
    ]);
    const own = { id: randomUUID(), overrides: { sender: { id: robin.id } } };
    const sender = await create({ sequenceId, contacts: [own] });
    expect(sender.pointers).toEqual(['/contacts/0/overrides/sender']);
    const nothing = await create({ sequenceId: randomUUID() });
    expect(nothing).toMatchObject({ status: 404, pointers: ['/sequenceId'] });
  });

  it('BLK-02 BLK-03 ENR-01: takes all of a list, as it is then, and passes by those it has', async () => {
    const sequenceId = await tools.sequence();
    const ids = await tools.contacts(3);
    const list = await made(
      cast.request('POST', '/v1/lists', { kind: 'static', name: `Fair ${randomUUID()}` }),
    );
    const listId = list.id;
    const fill = (contactIds: readonly string[]) =>
      cast.request('POST', `/v1/lists/${listId}/members`, { selection: { contactIds } });
    expect(await fill(ids.slice(0, 2))).toMatchObject({ status: 200 });
    const draft = await made(create({ sequenceId, selection: { listId } }));
    const held = async () => (await tools.items(draft.id)).map(({ contactId }) => contactId).sort();
    expect(await held()).toEqual(ids.slice(0, 2).sort());
    await fill(ids.slice(2));
    expect(await held()).toHaveLength(2);
    const again = await tools.post(`${draft.id}/items`, { selection: { listId } });
    expect(again).toMatchObject({ status: 200, body: { counts: { total: 3 } } });
    expect(await held()).toEqual([...ids].sort());
    // Each says that it came from there, and whoever is named besides them that it came with the batch.
    const [named = ''] = await tools.contacts(1);
    await made(tools.post(`${draft.id}/items`, { contacts: [{ id: named }] }));
    const sources = [];
    for (const item of await tools.items(draft.id)) {
      const { body } = await made(tools.post(`${draft.id}/items/${item.id}/confirm`));
      const path = `/v1/enrollments/${String(body['enrollmentId'])}`;
      sources.push((await robin.request('GET', path)).body['source']);
    }
    const ofList = { kind: 'list', id: listId, text: null };
    expect(sources).toEqual([ofList, ofList, ofList, { kind: 'bulk', id: null, text: null }]);
    const path = `/v1/enrollments?sourceKind=list&sourceId=${listId}`;
    expect((await robin.request('GET', path)).ids).toHaveLength(3);
  });

  it('ENR-10: takes the contacts of a company, and a filter of any', async () => {
    const sequenceId = await tools.sequence();
    const company = await made(cast.request('POST', '/v1/companies', { name: 'Acme' }));
    const ids = await tools.contacts(2, { companyId: company.id });
    const field = { field: 'contact.companyId', operator: 'eq', value: company.id };
    for (const selection of [{ companyId: company.id }, { filter: field }]) {
      const draft = await made(create({ sequenceId, selection }));
      const held = (await tools.items(draft.id)).map(({ contactId }) => contactId);
      expect(held.sort()).toEqual([...ids].sort());
    }
  });

  it('BULK_TOO_LARGE: refuses a selection of more than 50, and a selection beside contacts', async () => {
    const sequenceId = await tools.sequence();
    const before = await total();
    const contactIds = await tools.contacts(51);
    const refused = await create({ sequenceId, selection: { contactIds } });
    expect(refused).toMatchObject({ status: 422, code: 'BULK_TOO_LARGE' });
    const both = await create({
      sequenceId,
      contacts: [{ id: contactIds[0] }],
      selection: { contactIds },
    });
    expect(both).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
    const unknown = await create({ sequenceId, selection: { listId: randomUUID() } });
    expect(unknown).toMatchObject({ status: 404, pointers: ['/selection/listId'] });
    expect(await total()).toBe(before);
  });

  it('BLK-12: has one From address, the sender’s own', async () => {
    const sequenceId = await tools.sequence();
    const mailboxes = await cast.request('GET', `/v1/mailboxes?userId=${cast.owner.id}`);
    const [mailboxId] = mailboxes.ids;
    const refused = await create({ sequenceId, mailboxId });
    expect(refused).toMatchObject({ status: 422, code: 'SENDER_NOT_ELIGIBLE' });
    const draft = await made(create({ sequenceId, mailboxId, sender: { id: cast.owner.id } }));
    expect(draft.body).toMatchObject({ senderId: cast.owner.id, mailboxId });
    const foreign = await create({ sequenceId, mailboxId: randomUUID() });
    expect(foreign).toMatchObject({ status: 404, pointers: ['/mailboxId'] });
    const path = `/v1/bulk-enrollments/${draft.id}`;
    const changed = await robin.request('PATCH', path, { sender: { id: robin.id } });
    expect(changed.body).toMatchObject({ senderId: robin.id, mailboxId: null, version: 2 });
  });

  it('BLK-06: is searched for one contact, by name or email, and paged in its order', async () => {
    const [ada = ''] = await tools.contacts(1, { firstName: 'Ada', lastName: 'Lovelace' });
    const others = await tools.contacts(4, { firstName: 'Grace' });
    const { id } = await tools.draft([...others, ada]);
    expect((await tools.items(id, 'q=love')).map(({ contactId }) => contactId)).toEqual([ada]);
    expect(await tools.items(id, 'q=nobody')).toEqual([]);
    expect(await tools.items(id, `q=${encodeURIComponent('%')}`)).toEqual([]);
    expect(await tools.items(id, 'status=enrolled')).toEqual([]);
    const path = `/v1/bulk-enrollments/${id}/items?limit=3`;
    const first = await robin.request('GET', path);
    const second = await robin.request('GET', `${path}&after=${first.next ?? ''}`);
    expect([first.ids.length, second.ids.length, second.next]).toEqual([3, 2, undefined]);
    const all = (await tools.items(id)).map((item) => item.id);
    expect([...first.ids, ...second.ids]).toEqual(all);
    const items = await tools.items(id);
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  });

  it('BLK-05 BLK-07: gives a contact choices of its own, removes one, and takes it again', async () => {
    const [one = '', two = ''] = await tools.contacts(2);
    const { id } = await tools.draft([one, two]);
    const [first, second] = await tools.items(id);
    const path = (item: string | undefined) => `/v1/bulk-enrollments/${id}/items/${item ?? ''}`;
    const overrides = { timeZone: 'Asia/Tokyo' };
    const patched = await robin.request('PATCH', path(first?.id), { overrides });
    expect(patched).toMatchObject({ status: 200, body: { overrides, status: 'pending' } });
    const removed = await robin.request('DELETE', path(second?.id));
    expect(removed.body).toMatchObject({ status: 'removed', index: 1 });
    expect(await robin.request('DELETE', path(second?.id))).toMatchObject({
      status: 409,
      code: 'BULK_INVALID_STATE',
    });
    expect((await tools.show(id)).counts).toMatchObject({ total: 1, pending: 1 });
    const again = await tools.post(`${id}/items`, { contacts: [{ id: two }] });
    expect(again.body).toMatchObject({ counts: { total: 2 }, version: 4 });
    expect((await tools.items(id, 'status=pending')).map(({ index }) => index)).toEqual([0, 2]);
    expect((await robin.request('PATCH', path(randomUUID()), { overrides })).status).toBe(404);
  });

  it('BLK-04 BLK-05 BLK-11: checks choices for all and for one against the sequence, each with its place', async () => {
    const steps = [emailStep('one', 0), { ...emailStep('two', 2), delayDays: 2 }];
    const sharing = { everyone: 'use' };
    const sequenceId = await tools.sequence({ name: 'Two mails', steps, sharing });
    const [one = '', two = ''] = await tools.contacts(2);
    const own = { steps: { two: { delayDays: 91 }, nine: { delayDays: 1 } } };
    const bad = await create({
      sequenceId,
      contacts: [{ id: one, overrides: own }],
      defaults: { startStepId: 'two' },
    });
    expect(bad.status).toBe(422);
    expect([...bad.pointers].sort()).toEqual([
      '/contacts/0/overrides/steps/nine',
      '/contacts/0/overrides/steps/two/delayDays',
    ]);
    const none = await create({ sequenceId, defaults: { startStepId: 'nine' } });
    expect(none).toMatchObject({ status: 422, pointers: ['/defaults/startStepId'] });
    const defaults = { continueWithoutCompleting: true, steps: { two: { delayDays: 5 } } };
    const overrides = { continueWithoutCompleting: false, steps: { two: { subject: 'For you' } } };
    const contacts = [{ id: one, overrides }, { id: two }];
    const draft = await made(create({ sequenceId, contacts, defaults }));
    expect(draft.body).toMatchObject({ defaults });
    const items = await tools.items(draft.id);
    expect(items.map((item) => item.overrides)).toEqual([overrides, {}]);
    const path = `/v1/bulk-enrollments/${draft.id}`;
    const item = `${path}/items/${items[0]?.id ?? ''}`;
    const worse = await robin.request('PATCH', item, { overrides: own });
    expect([...worse.pointers].sort()).toEqual([
      '/overrides/steps/nine',
      '/overrides/steps/two/delayDays',
    ]);
    const patched = await robin.request('PATCH', path, { defaults: { startStepId: 'nine' } });
    expect(patched.pointers).toEqual(['/defaults/startStepId']);
  });

  it('is deleted as long as nobody is enrolled by it', async () => {
    const ids = await tools.contacts(2);
    const first = await tools.draft(ids);
    expect((await robin.request('DELETE', `/v1/bulk-enrollments/${first.id}`)).status).toBe(200);
    expect((await robin.request('GET', `/v1/bulk-enrollments/${first.id}`)).status).toBe(404);
    const second = await tools.draft(ids);
    const [item] = await tools.items(second.id);
    await made(tools.post(`${second.id}/items/${item?.id ?? ''}/confirm`));
    const refused = await robin.request('DELETE', `/v1/bulk-enrollments/${second.id}`);
    expect(refused).toMatchObject({ status: 409, code: 'BULK_INVALID_STATE' });
  });

  it('forgets what was chosen for a contact that is deleted', async () => {
    const [contactId = ''] = await tools.contacts(1);
    const sequenceId = await tools.sequence();
    const overrides = { timeZone: 'Asia/Tokyo' };
    const body = { sequenceId, contacts: [{ id: contactId, overrides }] };
    const { id } = await made(create(body));
    await made(cast.admin.request('DELETE', `/v1/contacts/${contactId}`));
    const [item] = await tools.items(id);
    expect(item).toMatchObject({ overrides: {}, email: null });
    const tried = await made(tools.post(`${id}/items/${item?.id ?? ''}/confirm`));
    expect(tried.body).toMatchObject({ status: 'refused', code: 'NOT_FOUND' });
  });
});

describe('rights and visibility', () => {
  it('BLK-01 SHR-07: a bulk enrollment needs its right, an import another one', async () => {
    const sequenceId = await tools.sequence();
    const plain = await cast.user();
    const refused = await create({ sequenceId }, plain);
    expect(refused).toMatchObject({ status: 403, code: 'FORBIDDEN_PERMISSION' });
    expect(refused.body).toMatchObject({ requiredPermission: 'bulk_enroll' });
    const imports = await create({ sequenceId, kind: 'import' });
    expect(imports.body).toMatchObject({ requiredPermission: 'import_enrollments' });
    const importer = await cast.user({ permissions: ['sequences', 'import_enrollments'] });
    expect((await create({ sequenceId, kind: 'import' }, importer)).status).toBe(201);
    expect((await create({ sequenceId }, importer)).status).toBe(403);
    expect((await create({ sequenceId }, cast.admin)).status).toBe(201);
  });

  it('LIM-10: an import takes more than 50, more than 100 with a warning, and no more than 10,000', async () => {
    const importer = await cast.user({ permissions: ['sequences', 'import_enrollments'] });
    const own = createBulkTools(cast, importer);
    const ids = await own.contacts(101);
    const draft = await own.draft(ids.slice(1), { kind: 'import' });
    expect(draft).toMatchObject({
      kind: 'import',
      source: { kind: 'import' },
      counts: { total: 100 },
      warnings: [],
    });
    const larger = await made(own.post(`${draft.id}/items`, { contacts: [{ id: ids[0] }] }));
    expect(larger.body['warnings']).toMatchObject([{ code: 'LARGE_SELECTION' }]);
    const many = Array.from({ length: 9_900 }, () => ({ id: randomUUID() }));
    const refused = await own.post(`${draft.id}/items`, { contacts: many });
    expect(refused).toMatchObject({ code: 'BULK_TOO_LARGE', body: { limit: 10_000 } });
  });

  test.each([
    ['GET', ''],
    ['GET', '/items'],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/items'],
    ['POST', '/dry-run'],
    ['POST', '/confirm'],
    ['POST', '/cancel'],
    ['PATCH', '/items/{itemId}'],
    ['DELETE', '/items/{itemId}'],
    ['POST', '/items/{itemId}/confirm'],
  ])('%s …/{id}%s: a batch is its creator’s and the admins’', async (method, rest) => {
    const stranger = await cast.user({ permissions: ['sequences', 'bulk_enroll'] });
    const [contactId = ''] = await tools.contacts(1);
    const { id } = await tools.draft([contactId]);
    const [item] = await tools.items(id);
    const path = `/v1/bulk-enrollments/${id}${rest.replace('{itemId}', item?.id ?? '')}`;
    const bodies: Readonly<Record<string, object>> = {
      'POST /items': { contacts: [{ id: contactId }] },
      'PATCH /items/{itemId}': { overrides: {} },
    };
    const body = method === 'GET' ? undefined : (bodies[`${method} ${rest}`] ?? {});
    const hidden = await stranger.request(method, path, body);
    const unknown = await stranger.request(method, path.replace(id, randomUUID()), body);
    expect(hidden.status).toBe(404);
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    const asAdmin = await cast.admin.request(method, path, body);
    expect([403, 404]).not.toContain(asAdmin.status);
    const listed = await stranger.request('GET', '/v1/bulk-enrollments');
    expect(listed.ids).not.toContain(id);
  });
});

describe('confirming', () => {
  it('BLK-08: needs the version that was seen, and leaves word to run it', async () => {
    const draft = await tools.draft(await tools.contacts(2));
    const [item] = await tools.items(draft.id);
    const path = `/v1/bulk-enrollments/${draft.id}`;
    const shown = await robin.request('GET', path);
    const seen = shown.headers.get('etag') ?? '';
    const overrides = { timeZone: 'Asia/Tokyo' };
    await made(robin.request('PATCH', `${path}/items/${item?.id ?? ''}`, { overrides }));
    expect(await tools.post(`${draft.id}/confirm`, {}, seen)).toMatchObject({
      status: 412,
      code: 'PRECONDITION_FAILED',
    });
    expect((await tools.post(`${draft.id}/confirm`, {}, '')).code).toBe('PRECONDITION_REQUIRED');
    expect((await tools.show(draft.id)).state).toBe('draft');
    const confirmed = await tools.post(`${draft.id}/confirm`, {}, '"2"');
    expect(confirmed).toMatchObject({
      status: 202,
      body: { state: 'running', sequenceVersion: 1 },
    });
    expect(confirmed.body).toMatchObject({
      confirmedById: robin.id,
      runUrl: `http://temporal.test/bulk/${draft.id}`,
    });
    expect(workflows.deliveredBulks).toContainEqual({
      accountId: cast.accountId,
      bulkId: draft.id,
    });
    for (const [method, rest] of [
      ['POST', '/confirm'],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', `/items/${item?.id ?? ''}/confirm`],
      ['DELETE', `/items/${item?.id ?? ''}`],
    ] as const) {
      const refused = await robin.request(method, `${path}${rest}`, {});
      expect([rest, refused.status, refused.code]).toEqual([rest, 409, 'BULK_INVALID_STATE']);
    }
  });

  it('refuses a draft without contacts, and a sequence that takes no enrollments', async () => {
    const empty = await tools.draft([]);
    expect(await tools.post(`${empty.id}/confirm`)).toMatchObject({
      status: 422,
      code: 'BULK_EMPTY',
    });
    const draft = await tools.draft(await tools.contacts(1));
    await made(cast.admin.request('POST', `/v1/sequences/${draft.sequenceId}/archive`, {}));
    expect(await tools.post(`${draft.id}/confirm`)).toMatchObject({ code: 'SEQUENCE_NOT_ACTIVE' });
    expect((await create({ sequenceId: draft.sequenceId })).code).toBe('SEQUENCE_NOT_ACTIVE');
  });

  it('BLK-09 BLK-12: one by one enrolls at once, says why not, and ends with the last', async () => {
    const [one = '', two = ''] = await tools.contacts(2);
    const draft = await tools.draft([one, two]);
    const [first, second] = await tools.items(draft.id);
    const confirm = (item: string | undefined) =>
      tools.post(`${draft.id}/items/${item ?? ''}/confirm`);
    const enrolled = await confirm(first?.id);
    expect(enrolled).toMatchObject({ status: 200, body: { status: 'enrolled', code: null } });
    const enrollmentId = String(enrolled.body['enrollmentId']);
    const { body } = await made(robin.request('GET', `/v1/enrollments/${enrollmentId}`));
    expect(body).toMatchObject({ contactId: one, bulkId: draft.id, source: { kind: 'bulk' } });
    expect(workflows.delivered.map((ref) => ref.enrollmentId)).toContain(enrollmentId);
    expect((await tools.show(draft.id)).mailboxId).toBe(body['mailboxId']);
    expect((await confirm(first?.id)).code).toBe('BULK_INVALID_STATE');

    const suppression = { address: second?.email, reason: 'unsubscribed' };
    const { id: suppressionId } = await made(cast.request('POST', '/v1/suppressions', suppression));
    const refused = await confirm(second?.id);
    expect(refused.body).toMatchObject({ status: 'refused', code: 'UNSUBSCRIBED' });
    expect((await tools.show(draft.id)).state).toBe('draft');
    await made(cast.admin.request('DELETE', `/v1/suppressions/${suppressionId}`));
    expect((await confirm(second?.id)).body).toMatchObject({ status: 'enrolled' });
    expect(await tools.show(draft.id)).toMatchObject({
      state: 'finished',
      counts: { enrolled: 2, pending: 0 },
    });
  });

  it('the one by one keep the pace together: never four first emails in a minute (LIM-07)', async () => {
    const draft = await tools.draft(await tools.contacts(7));
    for (const { id } of await tools.items(draft.id)) {
      await made(tools.post(`${draft.id}/items/${id}/confirm`));
    }
    const minutes = sendMinutes(await tools.items(draft.id));
    expect(Math.max(...minutes.values())).toBeLessThanOrEqual(3);
    expect(minutes.size).toBeGreaterThanOrEqual(3);
  });
});

describe('cancelling', () => {
  it('enrolls no more: of a draft, and of one that runs; again changes nothing', async () => {
    for (const confirmed of [false, true]) {
      const draft = await tools.draft(await tools.contacts(2));
      if (confirmed) await made(tools.post(`${draft.id}/confirm`));
      const cancelled = await tools.post(`${draft.id}/cancel`);
      expect(cancelled.body).toMatchObject({ state: 'cancelled', counts: { cancelled: 2 } });
      expect((await tools.post(`${draft.id}/cancel`)).body).toEqual(cancelled.body);
      expect((await tools.post(`${draft.id}/confirm`)).code).toBe('BULK_INVALID_STATE');
    }
  });
});
