import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
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

type Make = (index: number) => Promise<ApiAnswer>;

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
