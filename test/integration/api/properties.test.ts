import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import {
  send,
  startApi,
  type ApiAnswer,
  type TestApi,
  type TestCaller,
} from '../../support/api.js';
import { made } from '../../support/team.js';

let api: TestApi;
let caller: TestCaller;
beforeAll(async () => {
  api = await startApi();
  caller = await api.createCaller();
});
afterAll(() => api.close());

const declare = (fields: object): Promise<ApiAnswer> =>
  caller.request('POST', '/v1/properties', { object: 'contact', label: 'L', ...fields });

test.each([
  { type: 'text', name: 'city', good: 'Oslo', bad: 7 },
  { type: 'number', name: 'seats', good: 12.5, bad: '12.5' },
  { type: 'boolean', name: 'vip', good: true, bad: 'true' },
  { type: 'date', name: 'renewsOn', good: '2026-12-01', bad: '2026-02-30' },
  { type: 'enumeration', name: 'plan', options: ['free', 'paid'], good: 'paid', bad: 'gold' },
])(
  'a contact’s property declared as $type is checked wherever it is written',
  async ({ type, name, options, good, bad }) => {
    await made(declare({ name, type, options }));
    const externalId = `with-${name}`;
    const path = '/v1/contacts';
    const contact = await made(
      caller.request('POST', path, { externalId, properties: { [name]: good } }),
    );
    expect(contact.body['properties']).toEqual({ [name]: good });
    const wrong = { externalId, properties: { other: 1, [name]: bad } };
    const id = `${path}/${contact.id}`;
    for (const [method, where] of [
      ['POST', path],
      ['PUT', path],
      ['PATCH', id],
    ] as const) {
      const refused = await caller.request(method, where, wrong);
      expect([refused.status, refused.pointers]).toEqual([422, [`/properties/${name}`]]);
      expect(refused.errors).toMatchObject([{ code: 'not_as_declared' }]);
    }
    expect((await caller.request('GET', id)).body['properties']).toEqual({ [name]: good });
    const cleared = await caller.request('PATCH', id, { properties: { [name]: null } });
    expect(cleared.body['properties']).toEqual({});
  },
);

it('a company’s property is its own matter, and checked likewise', async () => {
  await made(declare({ object: 'company', name: 'seats', type: 'text' }));
  const body = { name: 'Acme', externalId: 'acme', properties: { seats: 'many' } };
  const company = await made(caller.request('POST', '/v1/companies', body));
  const wrong = { ...body, properties: { seats: 3 } };
  for (const [method, where] of [
    ['POST', '/v1/companies'],
    ['PUT', '/v1/companies'],
    ['PATCH', `/v1/companies/${company.id}`],
  ] as const) {
    const refused = await caller.request(method, where, wrong);
    expect([refused.status, refused.pointers]).toEqual([422, ['/properties/seats']]);
  }
});

it('a bulk upsert refuses the rows that do not go with it, and hurts no other', async () => {
  await made(declare({ name: 'age', type: 'number' }));
  const rows = [
    { email: 'a@bulk.example', properties: { age: 41, free: true } },
    { email: 'b@bulk.example', properties: { age: '41' } },
    { email: 'c@bulk.example', properties: { age: null } },
  ];
  const answer = await fetch(`${api.url}/v1/contacts/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${caller.key}`, 'content-type': 'application/x-ndjson' },
    body: rows.map((row) => JSON.stringify(row)).join('\n'),
  });
  const lines = (await answer.text())
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { index: 0, status: 'created' },
    {
      index: 1,
      status: 'refused',
      errors: [{ pointer: '/properties/age', code: 'not_as_declared' }],
    },
    { index: 2, status: 'refused', errors: [{ pointer: '/properties/age' }] },
    { totals: { created: 1, refused: 2 } },
  ]);
  const read = await caller.request('GET', '/v1/contacts/a@bulk.example');
  expect(read.body['properties']).toEqual({ age: 41, free: true });
});

it('SEQ-27: typed values are put into a message in plain digits and words', async () => {
  const contact = { email: 'tokens@example.com', properties: { sum: 1e-7, ok: false, big: -0.5 } };
  await made(caller.request('POST', '/v1/contacts', contact));
  const sender = { email: 'sender@example.com', name: 'Sam', timeZone: 'UTC' };
  const user = await made(caller.request('POST', '/v1/users', sender));
  const html = '<p>{{contact.sum}} {{contact.ok}} {{contact.big}}</p>';
  const template = await send(
    `${api.url}/v1/templates`,
    'POST',
    { name: 'T', subject: 'S', html },
    {
      authorization: `Bearer ${caller.key}`,
      'cadenza-user': user.id,
    },
  );
  const preview = await caller.request(
    'POST',
    `/v1/templates/${template.id}/preview`,
    { contact: { email: contact.email } },
    { 'cadenza-user': user.id },
  );
  expect(JSON.stringify(preview.body)).toContain('0.0000001 false -0.5');
});

describe('a declaration', () => {
  it('is read, listed by object, changed in label and options, and taken back', async () => {
    const fields = { name: 'tier', type: 'enumeration', options: ['a', 'b'] };
    const { id, body, headers } = await made(declare(fields));
    expect(body).toMatchObject({ object: 'contact', label: 'L', ...fields });
    const path = `/v1/properties/${id}`;
    expect(headers.get('location')).toBe(path);
    expect((await caller.request('GET', path)).body).toEqual(body);
    const contacts = await caller.request('GET', '/v1/properties?object=contact&limit=100');
    expect(contacts.ids).toContain(id);
    const companies = await caller.request('GET', '/v1/properties?object=company');
    expect(companies.ids).not.toContain(id);
    const changed = await caller.request('PATCH', path, { label: 'Tier', options: ['b', 'c'] });
    expect(changed.body).toMatchObject({ label: 'Tier', options: ['b', 'c'], name: 'tier' });
    const write = (value: string) =>
      caller.request('POST', '/v1/contacts', { properties: { tier: value } });
    expect([(await write('a')).status, (await write('c')).status]).toEqual([422, 201]);
    expect((await caller.request('DELETE', path, {})).status).toBe(200);
    expect((await caller.request('GET', path)).status).toBe(404);
    expect((await write('a')).status).toBe(201);
  });

  it('leaves values alone that were there before it, until they are written', async () => {
    const old = await made(caller.request('POST', '/v1/contacts', { properties: { score: '9' } }));
    await made(declare({ name: 'score', type: 'number' }));
    const path = `/v1/contacts/${old.id}`;
    const renamed = await caller.request('PATCH', path, { firstName: 'Old' });
    expect(renamed.body).toMatchObject({ firstName: 'Old', properties: { score: '9' } });
    const body = { properties: { score: '10' } };
    expect((await caller.request('PATCH', path, body)).status).toBe(422);
  });

  it('is made once for a name', async () => {
    await made(declare({ name: 'once', type: 'text' }));
    const again = await declare({ name: 'once', type: 'number' });
    expect([again.status, again.code, again.pointers]).toEqual([409, 'CONFLICT', ['/name']]);
    expect((await declare({ object: 'company', name: 'once', type: 'number' })).status).toBe(201);
  });

  test.each([
    [{ name: '1st', type: 'text' }, ['/name']],
    [{ name: 'email', type: 'text' }, ['/name']],
    [{ object: 'company', name: 'domain', type: 'text' }, ['/name']],
    [{ name: 'x', type: 'money' }, ['/type']],
    [{ name: 'x', type: 'enumeration' }, ['/options']],
    [{ name: 'x', type: 'enumeration', options: [] }, ['/options']],
    [{ name: 'x', type: 'enumeration', options: ['a', 'a'] }, ['/options']],
    [{ name: 'x', type: 'text', options: ['a'] }, ['/options']],
    [{ object: 'deal', name: 'x', type: 'text' }, ['/object']],
  ])('%j is refused at %j', async (fields, pointers) => {
    const refused = await declare(fields);
    expect([refused.status, refused.pointers]).toEqual([422, pointers]);
  });

  it('of another type than an enumeration takes no options, and its type stays', async () => {
    const { id } = await made(declare({ name: 'fixed', type: 'text' }));
    const path = `/v1/properties/${id}`;
    const options = await caller.request('PATCH', path, { options: ['a'] });
    expect([options.status, options.pointers]).toEqual([422, ['/options']]);
    const type = await caller.request('PATCH', path, { type: 'number' });
    expect([type.status, type.pointers]).toEqual([422, ['/type']]);
  });
});
