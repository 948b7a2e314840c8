import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
let sequenceId: string;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  cast = await createCast(api);
  const step = { id: 'intro', kind: 'automated_email', email: { subject: 'Hi', html: 'Hello' } };
  const body = { name: 'Kept', steps: [step] };
  sequenceId = (await made(cast.owner.request('POST', '/v1/sequences', body))).id;
});

const any = { 'if-match': '*' };
const saved = (index: number) => ({
  name: `Sequence ${index}`,
  steps: [
    {
      id: 'intro',
      kind: 'automated_email',
      email: { subject: 'Hi', html: `Hello ${index}` },
      saveAsTemplate: { name: `Intro ${index}` },
    },
  ],
});

/** What a door says: its status, or that of the row. */
interface Said {
  readonly status: number;
  readonly code: string | undefined;
}
type Make = (index: number) => Promise<Said>;

const bulkLine = z.looseObject({ status: z.string().optional(), code: z.string().optional() });

/** What became of each row of a bulk upsert. */
async function upsert(rows: readonly object[]): Promise<readonly Said[]> {
  const response = await fetch(`${api.url}/v1/contacts/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cast.key}`, 'content-type': 'application/x-ndjson' },
    body: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  });
  const lines = (await response.text()).trim().split('\n');
  return lines.slice(0, -1).map((line) => {
    const { status, code } = bulkLine.parse(JSON.parse(line));
    return { status: status === 'refused' ? 409 : 200, code };
  });
}

const email = (index: number): string => `${index}@${cast.accountId}.example`;

/** Every call that makes one of the kind. */
const doors: readonly (readonly [string, string, Make])[] = [
  [
    'templates',
    'POST /v1/templates',
    (index) =>
      cast.owner.request('POST', '/v1/templates', { name: `T${index}`, subject: 'Hi', html: 'Hi' }),
  ],
  [
    'templates',
    'POST /v1/sequences with saveAsTemplate',
    (index) => cast.owner.request('POST', '/v1/sequences', saved(index)),
  ],
  [
    'templates',
    'PUT /v1/sequences/{id} with saveAsTemplate',
    (index) => cast.owner.request('PUT', `/v1/sequences/${sequenceId}`, saved(index), '*'),
  ],
  [
    'templates',
    'PATCH …/steps/{stepId} with saveAsTemplate',
    (index) =>
      cast.owner.request(
        'PATCH',
        `/v1/sequences/${sequenceId}/steps/intro`,
        {
          email: { subject: 'Hi', html: `Hello ${index}` },
          saveAsTemplate: { name: `Intro ${index}` },
        },
        '*',
      ),
  ],
  [
    'lists',
    'POST /v1/lists',
    (index) => cast.owner.request('POST', '/v1/lists', { kind: 'static', name: `L${index}` }),
  ],
  [
    'properties',
    'POST /v1/properties',
    (index) =>
      cast.owner.request('POST', '/v1/properties', {
        ...{ object: index % 2 === 0 ? 'contact' : 'company', type: 'text' },
        ...{ name: `p${index}`, label: 'P' },
      }),
  ],
  [
    'contacts',
    'POST /v1/contacts',
    (index) => cast.owner.request('POST', '/v1/contacts', { email: email(index) }),
  ],
  [
    'contacts',
    'PUT /v1/contacts',
    (index) => cast.owner.request('PUT', '/v1/contacts', { email: email(index) }),
  ],
  [
    'contacts',
    'POST /v1/contacts/bulk',
    async (index) => (await upsert([{ email: email(index) }]))[0] ?? { status: 0, code: undefined },
  ],
];

describe.each(doors)('as many %s as an account may have', (kind, door, make) => {
  it(`are no more than its settings say: ${door}`, async () => {
    const limits = { [kind]: 2 };
    expect((await cast.request('PATCH', '/v1/account', { limits }, any)).status).toBe(200);
    for (const index of [1, 2]) expect((await make(index)).status).toBeLessThan(300);
    expect(await make(3)).toMatchObject({ status: 409, code: 'LIMIT_REACHED' });
    await made(cast.request('PATCH', '/v1/account', { limits: { [kind]: 3 } }, any));
    expect((await make(4)).status).toBeLessThan(300);
  });
});

it('two at once are not both the last one', async () => {
  await cast.request('PATCH', '/v1/account', { limits: { lists: 1 } }, any);
  const answers = await Promise.all(
    [1, 2, 3, 4].map((index) =>
      cast.owner.request('POST', '/v1/lists', { kind: 'static', name: `L${index}` }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
});

describe('the cap on contacts', () => {
  const limit = (contacts: number) =>
    made(cast.request('PATCH', '/v1/account', { limits: { contacts } }, any));
  const make = (index: number) => cast.request('PUT', '/v1/contacts', { email: email(index) });
  const total = async () => (await cast.request('GET', '/v1/contacts')).ids.length;

  it.each(['POST', 'PUT'])('holds when many make the last one at once by %s', async (method) => {
    await limit(2);
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((index) =>
        cast.request(method, '/v1/contacts', { email: email(index) }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 409, 409, 409, 409]);
    expect(await total()).toBe(2);
  });

  it('holds when bulk upserts come at once, and hurts no row about a contact that there is', async () => {
    await limit(5);
    await made(make(1));
    const rows = (from: number) => [
      ...[from, from + 1, from + 2].map((index) => ({ email: email(index) })),
      { email: email(1), firstName: 'Ada' },
      // What was refused a moment ago is refused again, and what was made is changed.
      { email: email(from), lastName: 'L' },
    ];
    const results = (await Promise.all([upsert(rows(10)), upsert(rows(20))])).flat();
    const refused = results.filter(({ code }) => code === 'LIMIT_REACHED');
    expect(results).toHaveLength(10);
    expect(await total()).toBe(5);
    expect(refused).toHaveLength(2);
    expect(results[3]).toEqual({ status: 200, code: undefined });
    expect(results[8]).toEqual({ status: 200, code: undefined });
  });

  it('counts no deleted contact, and lets all be changed when there are too many', async () => {
    await limit(3);
    const [first] = [await made(make(1)), await made(make(2)), await made(make(3))];
    expect((await make(4)).code).toBe('LIMIT_REACHED');
    await limit(1);
    expect((await make(2)).status).toBe(200);
    expect((await cast.request('PATCH', `/v1/contacts/${first.id}`, {})).status).toBe(200);
    expect((await upsert([{ email: email(3), lastName: 'L' }]))[0]?.status).toBe(200);
    await limit(3);
    await cast.request('DELETE', `/v1/contacts/${first.id}`);
    expect((await make(4)).status).toBe(201);
    expect((await make(5)).code).toBe('LIMIT_REACHED');
  });
});
