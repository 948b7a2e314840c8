import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../support/api.js';
import { made } from '../../support/team.js';

const anyMap = z.record(z.string(), z.unknown());

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

type Properties = Readonly<Record<string, string | null>>;

/** What a door says to properties: its status, or that of the row, with the places of what is wrong. */
interface Said {
  readonly status: number;
  readonly pointers: readonly string[];
}

interface Door {
  readonly name: string;
  /** Gives the thing with this externalId these properties; the first time it makes it. */
  readonly put: (externalId: string, properties: Properties) => Promise<Said>;
}

const request = (method: string, path: string, body: object) => api.request(method, path, body);

async function bulk(externalId: string, properties: Properties): Promise<Said> {
  const response = await fetch(`${api.url}/v1/contacts/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ externalId, properties }),
  });
  const text = await response.text();
  const refused = text.includes('"refused","code"');
  return {
    status: refused ? 422 : 200,
    pointers: refused ? [/"pointer":"([^"]*)"/.exec(text)?.[1] ?? ''] : [],
  };
}

/** Makes the thing without properties if need be, then gives it some by PATCH. */
async function patch(path: string, externalId: string, properties: Properties): Promise<Said> {
  const { id } = await made(
    request('PUT', path, { externalId, ...(path === '/v1/companies' && { name: 'Acme' }) }),
  );
  return request('PATCH', `${path}/${id}`, { properties });
}

const doors: readonly Door[] = [
  {
    name: 'PUT /v1/contacts',
    put: (externalId, properties) => request('PUT', '/v1/contacts', { externalId, properties }),
  },
  {
    name: 'PATCH /v1/contacts/{id}',
    put: (externalId, properties) => patch('/v1/contacts', externalId, properties),
  },
  { name: 'POST /v1/contacts/bulk', put: bulk },
  {
    name: 'PUT /v1/companies',
    put: (externalId, properties) =>
      request('PUT', '/v1/companies', { externalId, name: 'Acme', properties }),
  },
  {
    name: 'PATCH /v1/companies/{id}',
    put: (externalId, properties) => patch('/v1/companies', externalId, properties),
  },
];
const makers: readonly Door[] = [
  ...doors,
  {
    name: 'POST /v1/contacts',
    put: (externalId, properties) => request('POST', '/v1/contacts', { externalId, properties }),
  },
  {
    name: 'POST /v1/companies',
    put: (externalId, properties) =>
      request('POST', '/v1/companies', { externalId, name: 'Acme', properties }),
  },
];

const some = (prefix: string, count: number): Properties =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'x']));

describe.each(makers)('$name', ({ put }) => {
  it('takes 100 properties at once, and refuses 101', async () => {
    expect((await put(randomUUID(), some('p', 100))).status).toBeLessThan(300);
    expect(await put(randomUUID(), some('p', 101))).toMatchObject({
      status: 422,
      pointers: ['/properties'],
    });
  });

  it.each([65, 60_000])('refuses a property whose name has %i characters', async (length) => {
    expect(await put(randomUUID(), { ['n'.repeat(length)]: 'x' })).toMatchObject({
      status: 422,
      pointers: ['/properties'],
    });
    expect((await put(randomUUID(), { ['n'.repeat(64)]: 'x' })).status).toBeLessThan(300);
  });
});

describe.each(doors)('$name, call after call', ({ put }) => {
  it('refuses the property after the hundredth, and still changes those that there are', async () => {
    const externalId = randomUUID();
    expect((await put(externalId, some('a', 60))).status).toBeLessThan(300);
    expect((await put(externalId, some('b', 40))).status).toBeLessThan(300);
    const refused = await put(externalId, some('c', 1));
    expect(refused).toMatchObject({ status: 422, pointers: ['/properties'] });
    expect((await put(externalId, { a0: 'y' })).status).toBeLessThan(300);
  });
});

describe.each(['contacts', 'companies'])('%s with more properties than there may be', (kind) => {
  it('are changed, and lose what is too much, by PATCH', async () => {
    const externalId = randomUUID();
    const name = 'n'.repeat(900);
    const { id } = await made(
      request('PUT', `/v1/${kind}`, { externalId, ...(kind === 'companies' && { name: 'Acme' }) }),
    );
    const kept = JSON.stringify({ ...some('p', 300), [name]: 'x' });
    await api.db.execute(
      sql`update ${sql.identifier(kind)} set properties = ${kept}::jsonb where id = ${id}`,
    );
    const path = `/v1/${kind}/${id}`;
    expect((await request('PATCH', path, { properties: { p0: 'y' } })).status).toBe(200);
    expect((await request('PATCH', path, { properties: { more: 'y' } })).status).toBe(422);
    const less = await request('PATCH', path, { properties: { p1: null, [name]: null } });
    expect(Object.keys(anyMap.parse(less.body['properties']))).toHaveLength(299);
  });
});
