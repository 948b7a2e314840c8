import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
});

const post = (body: unknown) => api.request('POST', '/v1/contacts', body);
const put = (body: unknown) => api.request('PUT', '/v1/contacts', body);

describe('POST /v1/contacts', () => {
  it('keeps all that is given, properties with their types', async () => {
    const answer = await post({
      externalId: 'crm-9',
      email: ' Grace@Example.COM ',
      firstName: 'Grace',
      lastName: 'Hopper',
      timeZone: 'America/New_York',
      properties: { city: 'Arlington', employees: 12, vip: true },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/v1/contacts/${answer.id}`);
    expect(answer.body).toMatchObject({
      externalId: 'crm-9',
      email: 'Grace@example.com',
      companyId: null,
      properties: { city: 'Arlington', employees: 12, vip: true },
    });
    expect(answer.body).not.toHaveProperty('emailNormalized');
    expect(answer.body).not.toHaveProperty('accountId');
    for (const name of [answer.id, 'crm-9', 'GRACE@example.com']) {
      const read = await api.request('GET', `/v1/contacts/${encodeURIComponent(name)}`);
      const { enrollment, ...contact } = read.body;
      expect(contact).toEqual(answer.body);
      expect(enrollment).toMatchObject({ isEnrolled: false, enrolledCount: 0 });
    }
  });

  it('ENR-24: keeps a contact without an address', async () => {
    const answer = await post({ firstName: 'Nobody' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ email: null });
  });

  it('refuses an email and an externalId that are taken, in whatever capitals', async () => {
    await post({ email: 'taken@example.com', externalId: 'taken' });
    const email = await post({ email: 'TAKEN@example.com' });
    expect(email.status).toBe(409);
    expect(email.errors).toMatchObject([{ pointer: '/email', code: 'taken' }]);
    expect((await post({ externalId: 'taken' })).pointers[0]).toBe('/externalId');
  });

  test.each([
    [{ email: 'no-address' }, '/email'],
    [{ email: 'Ada <ada@example.com>' }, '/email'],
    [{ email: 'a@b@example.com' }, '/email'],
    [{ timeZone: 'Mars/Base' }, '/timeZone'],
    [{ timeZone: '+02:00' }, '/timeZone'],
    [{ firstName: '  ' }, '/firstName'],
    [{ firstName: 'A\nB' }, '/firstName'],
    [{ properties: { '1st': 'x' } }, '/properties/1st'],
    [{ properties: { 'a/b': 'x' } }, '/properties/a~1b'],
    [{ properties: { __proto__x: null } }, '/properties/__proto__x'],
    [{ properties: { city: null } }, '/properties/city'],
    [{ properties: { city: 'x'.repeat(2001) } }, '/properties/city'],
    [{ properties: { serial: 2 ** 53 } }, '/properties/serial'],
    [
      { properties: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`p${i}`, 'x'])) },
      '/properties',
    ],
  ])('refuses %j at %s', async (body, pointer) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(answer.code).toBe('VALIDATION_FAILED');
    expect(answer.pointers[0]).toBe(pointer);
  });
});

describe('PUT /v1/contacts', () => {
  it('makes the contact, then changes it: what is left out stays, null empties, properties add up', async () => {
    const made = await put({
      email: 'upsert@example.com',
      firstName: 'Ada',
      lastName: 'L',
      properties: { a: '1', b: '1' },
    });
    expect(made.status).toBe(201);
    const changed = await put({
      email: 'Upsert@example.com',
      externalId: 'u-1',
      lastName: null,
      properties: { b: '2' },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      id: made.id,
      externalId: 'u-1',
      firstName: 'Ada',
      lastName: null,
      properties: { a: '1', b: '2' },
    });
    const moved = await put({ externalId: 'u-1', email: 'moved@example.com' });
    expect(moved.body).toMatchObject({ id: made.id, email: 'moved@example.com' });
  });

  it('refuses an email of a contact with another externalId', async () => {
    await put({ externalId: 'x-1', email: 'x1@example.com' });
    await put({ externalId: 'x-2', email: 'x2@example.com' });
    for (const externalId of ['x-2', 'x-3']) {
      const answer = await put({ externalId, email: 'x1@example.com' });
      expect(answer.status).toBe(409);
      expect(answer.errors).toMatchObject([{ pointer: '/email', code: 'taken' }]);
    }
  });

  it('needs an email or an externalId', async () => {
    expect((await put({ firstName: 'Ada' })).status).toBe(422);
    expect((await put({ firstName: 'Ada', email: null })).status).toBe(422);
  });

  it('makes one row of many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        put({ email: 'race@example.com', properties: { [`p${index}`]: index } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(39);
    const { rows } = await api.db.execute(sql`
      select (select count(*)::int from jsonb_object_keys(properties)) as properties
      from contacts where email_normalized = 'race@example.com'`);
    expect(rows).toEqual([{ properties: 40 }]);
  });
});

describe('GET /v1/contacts', () => {
  it('filters by email, externalId and companyId', async () => {
    const company = await api.request('POST', '/v1/companies', { name: 'Filter' });
    const mine = await post({
      email: 'filter@example.com',
      externalId: 'f-1',
      companyId: company.id,
    });
    const filters = ['email=FILTER@example.com', 'externalId=f-1', `companyId=${company.id}`];
    for (const filter of filters) {
      const answer = await api.request('GET', `/v1/contacts?${filter}`);
      expect(answer.body).toEqual({ results: [mine.body], paging: { next: null } });
    }
    expect((await api.request('GET', '/v1/contacts?email=x')).pointers[0]).toBe('/email');
  });

  it('pages through all, each once, with a cursor that fits no other list', async () => {
    const caller = await api.createCaller();
    const company = await caller.request('POST', '/v1/companies', { name: 'C' });
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const body = { firstName: `n${index}`, companyId: company.id };
      ids.push((await caller.request('POST', '/v1/contacts', body)).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const after = cursor === undefined ? '' : `&after=${cursor}`;
      const page = await caller.request('GET', `/v1/contacts?limit=3${after}`);
      seen.push(...page.ids);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen.length).toBe(7);
    expect([...seen].sort()).toEqual([...ids].sort());

    const page = await caller.request('GET', '/v1/contacts?limit=3');
    const after: string = page.next ?? '';
    const swapped = `${after.slice(0, 40)}${after[40] === 'x' ? 'y' : 'x'}${after.slice(41)}`;
    const misuses = [
      caller.request('GET', `/v1/contacts?companyId=${company.id}&after=${after}`),
      caller.request('GET', `/v1/companies?after=${after}`),
      caller.request('GET', `/v1/contacts?after=${swapped}`),
      caller.request('GET', '/v1/contacts?after=nonsense'),
      api.request('GET', `/v1/contacts?after=${after}`),
    ];
    for (const answer of await Promise.all(misuses)) {
      expect(answer.status).toBe(400);
      expect(answer.code).toBe('INVALID_CURSOR');
    }
    expect((await caller.request('GET', `/v1/contacts?limit=1&after=${after}`)).status).toBe(200);
  });
});
