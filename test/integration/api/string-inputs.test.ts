import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { endpoints } from '../../../src/api/routes/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { expectCheap } from '../../support/growth.js';
import { queryInputs, stringInputs } from '../../support/string-inputs.js';
import { pathIn } from '../../support/world-paths.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi({ capabilities: ['linkedin_sales_navigator', 'marketing_campaigns'] });
  world = await createWorld(api);
  await world.request('POST', '/v1/snippets', {
    name: 'long',
    html: `<p>${'x'.repeat(19_000)}</p>`,
  });
});
afterAll(async () => {
  await api.close();
});

/** What a call needs besides the place that is tried, to get as far as the rules. */
const bodies: Readonly<Record<string, (world: World) => object>> = {
  'POST /v1/enrollments': ({ sequenceId, contactId }) => ({
    sequenceId,
    contact: { id: contactId },
  }),
  'POST /v1/enrollments/preview': ({ sequenceId, contactId }) => ({
    sequenceId,
    contact: { id: contactId },
  }),
  'POST /v1/bulk-enrollments': ({ sequenceId, contactId }) => ({
    sequenceId,
    contacts: [{ id: contactId }],
  }),
  'POST /v1/templates': () => ({ name: 'T', subject: 'S', html: '<p>x</p>' }),
  'POST /v1/templates/{id}/preview': ({ contactId }) => ({ contact: { id: contactId } }),
  'PUT /v1/sequences/{id}': () => ({ name: 'S', steps: [{ kind: 'call', title: 'Call' }] }),
  'POST /v1/sequences/{id}/impact': () => ({ name: 'S', steps: [{ kind: 'call', title: 'Call' }] }),
  'POST /v1/sequences': () => ({ name: 'S', steps: [{ kind: 'call', title: 'Call' }] }),
};

async function ask(method: string, path: string, body: unknown): Promise<number> {
  const { status } = await world.request(method, pathIn(world, path), body, {
    'cadenza-user': world.userId,
    'if-match': '*',
  });
  return status;
}

function bodyWith(method: string, path: string, name: string, body: unknown): unknown {
  const base = bodies[`${method} ${path}`]?.(world) ?? {};
  const tried = name.split('/')[1] ?? '';
  const others = Object.fromEntries(Object.entries(base).filter(([field]) => field !== tried));
  return typeof body === 'object' ? { ...body, ...others } : body;
}

const places = endpoints.flatMap(({ method, path }) =>
  stringInputs(method, path).map((input) => ({ method, path, ...input })),
);

it('finds the places that take a text', () => {
  expect(places.length).toBeGreaterThan(150);
  const found = places.map(({ method, path, name }) => `${method} ${path} ${name}`);
  for (const known of [
    'POST /v1/sequences /steps/0/email/html',
    'POST /v1/enrollments/preview /tokenValues/*',
    'POST /v1/enrollments /steps/*/notes',
    'POST /v1/bulk-enrollments /contacts/0/overrides/steps/*/html',
    'POST /v1/contacts /properties/*',
    'PATCH /v1/tasks/{id} /notes',
    'POST /v1/tasks/{id}/send /html',
  ]) {
    expect(found).toContain(known);
  }
});

describe('no text makes a process stand still', () => {
  const heavy = [' ', '{{contact.a|', '<b>', '&#', 'a@a.', '\u00a0', '{{snippet.long}}', '\\~/'];

  test.each(places)('$method $path $name', async ({ method, path, name, body }) => {
    // Each place gets one of them in turn; the readers themselves are given all of them by their own tests.
    const at = places.findIndex((place) => place.method === method && place.name === name);
    const part = heavy[at % heavy.length] ?? ' ';
    await expectCheap(async (size) => {
      const text = part.repeat(Math.floor(size / JSON.stringify(part).slice(1, -1).length));
      const status = await ask(method, path, bodyWith(method, path, name, body(text)));
      expect(status).toBeLessThan(500);
      // No text anywhere is as long as that.
      if (size > 800_000) expect(status).toBeGreaterThanOrEqual(400);
    }, 900_000);
  });
});

describe('a text that is too long is refused in a row of many too', () => {
  const rows = stringInputs('PUT', '/v1/contacts');

  it('knows the fields', () => {
    expect(rows.map(({ name }) => name)).toContain('/firstName');
  });

  test.each(rows)('POST /v1/contacts/bulk $name', async ({ body }) => {
    const response = await fetch(`${api.url}/v1/contacts/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(body('x'.repeat(60_000))),
    });
    expect(await response.text()).toContain(
      '"totals":{"rows":1,"created":0,"updated":0,"refused":1}',
    );
  });
});

describe('what is out of the ordinary is refused or taken, and never fails', () => {
  const oddTexts = ['\u2028', '{', '__proto__'];
  const oddTimes = [
    ...['0000-01-01', '9999-12-31', '0000-01-01T00:00:00+14:00', '0000-01-01T00:00:00Z'],
    ...['9999-12-31T23:59:59-14:00', '9998-12-31T23:59:59Z', '1900-01-01T00:00:00Z'],
  ];

  test.each(places)('$method $path $name', async ({ method, path, name, isTime, body }) => {
    for (const text of isTime ? oddTimes : oddTexts) {
      const status = await ask(method, path, bodyWith(method, path, name, body(text)));
      expect([text, status < 500]).toEqual([text, true]);
    }
  });

  const queries = endpoints.flatMap(({ method, path }) =>
    queryInputs(method, path).map((input) => ({ method, path, ...input })),
  );
  test.each(queries)('$method $path?$name', async ({ method, path, name, isTime }) => {
    for (const text of isTime ? oddTimes : oddTexts) {
      const where = `${path}?${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
      const status = await ask(method, where, method === 'GET' ? undefined : {});
      expect([text, status < 500]).toEqual([text, true]);
    }
  });
});

describe('limits before work', () => {
  it('names the first hundred of 9,000 unknown fields, and none of 90,000', async () => {
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));
    const some = await world.request('POST', '/v1/contacts', fields(9_000));
    expect([some.status, some.errors.length]).toEqual([422, 100]);
    const many = await world.request('POST', '/v1/contacts', fields(90_000));
    expect(many).toMatchObject({ status: 422, errors: [{ pointer: '', code: 'too_many' }] });
  });

  test.each([
    ['/v1/sequences', { name: 'S', steps: Array(90_000).fill(0) }, '/steps'],
    ['/v1/enrollments/preview', { contacts: Array(90_000).fill(0) }, '/contacts'],
    ['/v1/bulk-enrollments', { contacts: Array(90_000).fill(0) }, '/contacts'],
    [
      '/v1/contacts',
      { properties: Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`p${i}`, null])) },
      '/properties',
    ],
    ['/v1/contacts', Array(400_000).fill(0), ''],
  ])(
    'a list or map that is too long is refused before its parts are looked at: %s',
    async (path, body, pointer) => {
      const answer = await world.request('POST', path, body, { 'cadenza-user': world.userId });
      expect(answer.status).toBe(422);
      expect(answer.pointers).toEqual([pointer]);
    },
  );
});
