import { asc, eq, gt, and } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import type { LogRow } from '../../../src/db/queries/log.js';
import { logEntries } from '../../../src/db/schema/index.js';
import { nameOf } from '../../../src/domain/log/names.js';
import { startApi, type TestApi } from '../../support/api.js';
import { allCases } from '../../support/log-walk/all.js';
import { createWalker, personal, type Walker } from '../../support/log-walk/walker.js';
import { anyTime } from '../../support/sequences.js';
import { leasedOf } from '../../support/steps.js';

/** They answer something, and change nothing. */
const asking = [
  'POST /v1/contacts/search',
  'POST /v1/templates/{id}/preview',
  'POST /v1/sequences/{id}/impact',
  'POST /v1/sequences/{id}/simulate',
  'POST /v1/enrollments/preview',
  'POST /v1/bulk-enrollments/{id}/dry-run',
];

let api: TestApi;
let walker: Walker;
beforeAll(async () => {
  api = await startApi();
  walker = await createWalker(api);
});
afterAll(() => api.close());

function rowsAfter(id: number): Promise<LogRow[]> {
  return api.db
    .select()
    .from(logEntries)
    .where(and(eq(logEntries.accountId, walker.world.accountId), gt(logEntries.id, id)))
    .orderBy(asc(logEntries.id));
}

it('2.9: the walk knows every endpoint that changes something', () => {
  const changing = [...endpoints, ...streamEndpoints]
    .map(({ method, path }) => `${method} ${path}`)
    .filter((endpoint) => !endpoint.startsWith('GET ') && !asking.includes(endpoint));
  expect(Object.keys(allCases).sort()).toEqual(changing.sort());
});

test.each(Object.entries(allCases))(
  '2.9: %s leaves its rows in the log',
  async (_endpoint, walked) => {
    const call = await walked.arrange(walker);
    const before = await rowsAfter(0);
    const answer = await call();
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    const rows = await rowsAfter(before.at(-1)?.id ?? 0);
    expect(rows.map(nameOf)).toEqual(walked.leaves);
    expect(['user', 'api_key']).toContain(rows[0]?.actor.kind);
    for (const { cause } of rows) expect(cause.id).toEqual(expect.any(String));
  },
);

it('2.9: a bounce leaves the rows of the address and of the send, by nobody', async () => {
  const email = { subject: personal, html: `<p>${personal}</p>` };
  const steps = [{ id: 'mail', kind: 'automated_email', email }];
  const sequenceId = await walker.sequence({ steps, settings: anyTime });
  const contact = { id: await walker.contact() };
  const enrollmentId = await walker.make('/v1/enrollments', { sequenceId, contact });
  const { accountId } = walker.world;
  const at = new Date().toISOString();
  const leased = leasedOf(
    await walker.runner.reserve({ accountId, enrollmentId, stepId: 'mail', at }),
  );
  const before = await rowsAfter(0);
  const bounce = { kind: 'refused', permanent: true, stage: 'rcpt_to', code: 550 } as const;
  await walker.runner.settle(leased, { ...bounce, reply: `550 5.1.1 no ${personal}` }, at);
  const rows = await rowsAfter(before.at(-1)?.id ?? 0);
  expect(rows.map(nameOf).sort()).toEqual(['enrollment.errored', 'suppression.added']);
  for (const { actor, cause } of rows) {
    expect(actor).toEqual({ kind: 'system' });
    expect(cause.kind).toBe('server_reply');
  }
});

it('2.9: nothing that was said of anybody stands in the log', async () => {
  const rows = await rowsAfter(0);
  expect(rows.length).toBeGreaterThan(100);
  const told = JSON.stringify(rows);
  expect(told).not.toMatch(new RegExp(`${personal}|@|ada@|grace|Acme`, 'i'));
});
