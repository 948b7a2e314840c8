import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { newId } from '../../../src/db/new-id.js';
import { startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

const copies = 30;
const mostBytes = 3_500_000;
const long = 'ä€'.repeat(50_000);

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(() => api.close());

/** Makes copies of a row of the account, each with an id of its own and with other values; their ids. */
async function multiply(
  table: string,
  values: (copy: number) => Readonly<Record<string, unknown>>,
  count = copies,
): Promise<string[]> {
  const from = sql.identifier(table);
  const ids: string[] = [];
  for (let copy = 0; copy < count; copy += 1) {
    const id = newId(new Date().toISOString());
    const change = JSON.stringify({ id, ...values(copy) });
    await api.db.execute(sql`
      insert into ${from}
      select (jsonb_populate_record(one, ${change}::jsonb)).*
      from ${from} one where account_id = ${world.accountId} limit 1`);
    ids.push(id);
  }
  return ids;
}

/** Reads a list to its end: what it has, and how many bytes each page had. */
async function walk(path: string, more = '', most = mostBytes) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let after = '';
  for (;;) {
    const page = await world.request('GET', `${path}?limit=100${more}${after}`);
    expect(page.status).toBe(200);
    ids.push(...page.ids);
    sizes.push(Buffer.byteLength(JSON.stringify(page.body)));
    if (page.next === undefined) break;
    after = `&after=${page.next}`;
  }
  expect(Math.max(...sizes)).toBeLessThan(most);
  return { ids, sizes };
}

const row = {
  kind: 'call',
  title: 'Call',
  delayDays: 0,
  priority: 'none',
  waitsForCompletion: true,
};

test.each([
  ['/v1/templates', 'templates', () => ({ html: long })],
  ['/v1/snippets', 'snippets', (copy: number) => ({ name: `s${copy}`, html: long })],
  ['/v1/tasks', 'tasks', (copy: number) => ({ step_id: `s${copy}`, notes: long, note: long })],
  ['/v1/companies', 'companies', () => ({ properties: { about: long } })],
  ['/v1/holiday-calendars', 'holiday_calendars', () => ({ name: long })],
  [
    '/v1/lists',
    'lists',
    (copy: number) => ({
      ...{ name: `list ${copy}`, kind: 'active' },
      filter: { field: 'contact.email', operator: 'eq', value: long },
    }),
  ],
])(
  'pages of %s end early once they are full, and lead to all there is',
  async (path, table, values) => {
    const before = (await world.request('GET', `${path}?limit=100`)).ids;
    const made = await multiply(table, values);
    const walked = await walk(path);
    expect([...walked.ids].sort()).toEqual([...before, ...made].sort());
    expect(walked.sizes.length).toBeGreaterThan(2);
  },
);

test.each(['-updatedAt', 'updatedAt'])(
  'a page of sequences (%s) holds some megabytes of steps, not a hundred times as many',
  async (sort) => {
    const made = await multiply('sequences', () => ({ current_version: 1 }));
    const steps = JSON.stringify([{ ...row, id: 'call', notes: long }]);
    await api.db.execute(sql`
      insert into sequence_versions (account_id, sequence_id, version, definition, created_by, created_at)
      select s.account_id, s.id, 1, jsonb_set(v.definition, '{steps}', ${steps}::jsonb), v.created_by, v.created_at
      from sequences s join sequence_versions v on v.account_id = s.account_id and v.sequence_id = ${world.sequenceId}
      where s.account_id = ${world.accountId} and s.id = any(${sql.param(made)}::uuid[])`);
    const walked = await walk('/v1/sequences', `&sort=${sort}`);
    expect(new Set(walked.ids).size).toBe(walked.ids.length);
    expect(walked.ids).toEqual(expect.arrayContaining(made));
    expect(walked.sizes.length).toBeGreaterThan(2);
  },
);

it('a result that is larger than a full page ends its page', async () => {
  const made = await multiply('templates', () => ({ html: long.repeat(10) }), 3);
  const { ids, sizes } = await walk('/v1/templates', '', 5_000_000);
  expect(ids).toEqual(expect.arrayContaining(made));
  expect(sizes.filter((size) => size > 2_400_000)).toHaveLength(3);
});
