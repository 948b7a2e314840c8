import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMigrations } from '../../../src/db/migrations.js';
import { formerAddresses, taskReminders } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { findCanaries } from '../../support/canaries.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(() => api.close());

it.each([
  ['550 5.1.1 <ada@example.com>: no such person', '550 5.1.1'],
  ['250 OK taken for ada@example.com', '250'],
  ['250 2.0.0.ada@example.com', '250'],
  ['ada@example.com is unknown', ''],
  [null, null],
])(
  'of what a server said to a reminder before, %j, only the codes are kept',
  async (said, kept) => {
    const { accountId, taskId } = world;
    await api.db.delete(taskReminders);
    await api.db.insert(taskReminders).values({
      ...{ accountId, taskId, at: new Date().toISOString(), state: 'failed' as const },
      ...{ attempts: 1, fence: 1, smtpReply: said },
    });
    const migration = (await readMigrations()).find(({ id }) => id.endsWith('_add_erasure'));
    const change = migration?.statements.find((statement) => statement.startsWith('UPDATE'));
    const apply = async () => {
      await api.db.execute(sql.raw(change ?? ''));
      const rows = await api.db
        .select()
        .from(taskReminders)
        .where(eq(taskReminders.taskId, taskId));
      return rows.map(({ smtpReply }) => smtpReply);
    };
    expect(await apply()).toEqual([kept]);
    expect(await apply()).toEqual([kept]);
  },
);

it('the addresses that mails of before went to are found when their contact is erased', async () => {
  const { accountId, contactId, enrollmentId } = world;
  const [former, present] = ['Former@Before.example', 'grace@example.com'];
  for (const [step, recipient] of Object.entries({ a: former, b: former, c: present, d: '' })) {
    await api.db.execute(sql`insert into email_sends
      (account_id, id, enrollment_id, step_id, mailbox_id, recipient, state, message_id, subject, "references", raw,
       reserved_at, attempts, fence)
      select account_id, gen_random_uuid(), id, ${step}, mailbox_id, ${recipient}, 'sent', '<m@x>', '', '{}', '', now(), 1, 1
      from enrollments where id = ${enrollmentId}`);
  }
  const note = 'By phone, at home';
  const objection = { address: former, reason: 'unsubscribed', note };
  expect((await world.request('POST', '/v1/suppressions', objection)).status).toBe(201);
  const migration = (await readMigrations()).find(({ id }) => id.endsWith('_former_addresses'));
  const fill = migration?.statements.find((statement) => statement.startsWith('INSERT'));
  const apply = async () => {
    await api.db.execute(sql.raw(fill ?? ''));
    return api.db.select().from(formerAddresses);
  };
  const kept = await apply();
  expect(kept).toMatchObject([{ accountId, contactId }]);
  expect(await apply()).toEqual(kept);
  await api.db.execute(sql`update email_sends set recipient = ''`);
  const ada = { 'cadenza-user': 'ada' };
  const path = `/v1/contacts/${contactId}`;
  expect((await world.request('DELETE', path, undefined, ada)).status).toBe(200);
  const found = await findCanaries(api.db, { former, note });
  expect(found).toEqual(new Map());
});
