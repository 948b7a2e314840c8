import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { startApi, type ApiAnswer, type TestApi, type TestCaller } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';

const anyRate = { keyPerSecond: 0, accountPerSecond: 0 };
const manyPlaces = { caps: { calls: 100, heavy: 100 }, waitMs: 1000 };

/** Keeps everybody from a table until the work is done. */
function whileLocked(api: TestApi, table: string, work: () => Promise<void>): Promise<void> {
  return api.db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${sql.identifier(table)} in access exclusive mode`);
    await work();
  });
}

describe('requests beyond the rate of a key', () => {
  let api: TestApi;
  beforeAll(async () => {
    const rates = { keyPerSecond: 1, accountPerSecond: 2 };
    api = await startApi({ limits: { rates, places: manyPlaces } });
  });
  afterAll(() => api.close());

  /** Makes calls until one is refused. */
  async function spend(caller: TestCaller): Promise<ApiAnswer> {
    for (let calls = 0; calls < 30; calls += 1) {
      const answer = await caller.request('GET', '/v1/properties');
      if (answer.status !== 200) return answer;
    }
    throw new Error('none of thirty calls was refused');
  }

  it('are refused with 429 and when to come again, without a query; other accounts go on', async () => {
    const greedy = await api.createCaller();
    const modest = await api.createCaller();
    const first = await greedy.request('GET', '/v1/properties');
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=10;w=10, "account";q=20;w=10');
    expect(first.headers.get('ratelimit')).toBe('"key";r=9;t=1, "account";r=19;t=1');
    const refused = await spend(greedy);
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.body).toMatchObject({ retryable: true, retryAfter: 1, scope: 'account' });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit')).toMatch(/^"key";r=0;/);
    expect((await modest.request('GET', '/v1/properties')).status).toBe(200);
    let calls: Promise<ApiAnswer>[] = [];
    await whileLocked(api, 'api_keys', async () => {
      // Some may be taken by now; those wait for the table.
      calls = Array.from({ length: 15 }, () => greedy.request('GET', '/v1/properties'));
      expect((await Promise.race(calls)).status).toBe(429);
    });
    await Promise.all(calls);
    const line = api.logLines.findLast((each) => each.includes('RATE_LIMITED'));
    expect(line).toContain(greedy.accountId);
    await eventually(
      () => greedy.request('GET', '/v1/properties'),
      ({ status }) => status === 200,
    );
  });

  it('are those of all keys of an account together', async () => {
    const first = await api.createCaller();
    const others = await Promise.all(
      [1, 2].map(() => api.createCaller({ accountId: first.accountId })),
    );
    for (const caller of [first, ...others]) {
      expect(await spend(caller)).toMatchObject({ code: 'RATE_LIMITED' });
    }
    const last = await api.createCaller({ accountId: first.accountId });
    expect((await last.request('GET', '/v1/properties')).status).toBe(429);
  });

  it('count for nobody when the key is unknown', async () => {
    const bad = { authorization: 'Bearer cad_x' };
    for (let calls = 0; calls < 15; calls += 1) {
      const answer = await api.request('GET', '/v1/properties', undefined, bad);
      expect(answer.status).toBe(401);
    }
  });
});

describe('calls of one account at once', () => {
  // More than the connections that the API has in these tests.
  const many = 40;
  let api: TestApi;
  let greedy: TestCaller;
  let modest: TestCaller;
  let asked: Promise<ApiAnswer>[] = [];
  beforeAll(async () => {
    const places = { caps: { calls: 8, heavy: 3 }, waitMs: 400 };
    api = await startApi({ limits: { rates: anyRate, places } });
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    greedy = await api.createCaller();
    modest = await api.createCaller();
  });
  afterEach(async () => {
    await Promise.all(asked);
    asked = [];
  });

  const search = (caller: TestCaller) =>
    caller.request('POST', '/v1/contacts/search', {
      filter: { field: 'contact.email', operator: 'known' },
    });
  const askAll = (call: () => Promise<ApiAnswer>): void => {
    asked = Array.from({ length: many }, call);
  };
  const expectAnswered = async (): Promise<void> => {
    const begun = performance.now();
    expect((await modest.request('GET', '/v1/properties')).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(2_000);
  };
  const statuses = async (): Promise<Record<number, number>> => {
    const all = (await Promise.all(asked)).map(({ status }) => status);
    return Object.fromEntries(
      [...new Set(all)].map((of) => [of, all.filter((s) => s === of).length]),
    );
  };

  test.each([
    ['heavy calls', 'contacts', 3, () => search(greedy)],
    ['readers of templates', 'templates', 3, () => greedy.request('GET', '/v1/templates')],
    ['readers of the log', 'log', 8, () => greedy.request('GET', '/v1/log')],
    ['other calls', 'task_queues', 8, () => greedy.request('GET', '/v1/task-queues')],
  ])('%s have their share, and leave the rest to others', async (_what, table, share, call) => {
    await whileLocked(api, table, async () => {
      askAll(call);
      await delay(200);
      await expectAnswered();
      // Those that found no place in time.
      await delay(800);
    });
    expect(await statuses()).toEqual({ 200: share, 429: many - share });
    const refused = (await Promise.all(asked)).find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toMatch(/^[15]$/);
  });

  it('with a large body are heavy, whatever they are, and so is a bulk upsert', async () => {
    await whileLocked(api, 'contacts', async () => {
      asked = [1, 2, 3].map(() => search(greedy));
      await delay(200);
      const html = (length: number) => `<p>${'x'.repeat(length)}</p>`;
      const snippet = (length: number) =>
        greedy.request('POST', '/v1/snippets', { name: 'long', html: html(length) });
      expect((await snippet(21_000)).status).toBe(429);
      expect((await snippet(1_000)).status).toBe(201);
      const bulk = await greedy.request('POST', '/v1/contacts/bulk', '{"email":"a@b.example"}', {
        'content-type': 'application/x-ndjson',
      });
      expect(bulk).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    });
    expect(await statuses()).toEqual({ 200: 3 });
  });
});

test('asking whether the API is ready costs one round of checks a second', async () => {
  let rounds = 0;
  const api = await startApi({
    health: () => {
      rounds += 1;
      return Promise.resolve({ ready: true, checks: {} });
    },
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${api.url}/readyz`)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(rounds).toBe(1);
  await api.close();
});
