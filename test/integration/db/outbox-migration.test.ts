import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { readMigrations } from '../../../src/db/migrations.js';
import { createDatabase, dropDatabase, withDatabase } from '../../../src/local/databases.js';

const name = `outbox_${randomBytes(8).toString('hex')}`;
const account = '00000000-0000-4000-8000-000000000001';
const [first, second, told, owed, email] = [2, 3, 4, 5, 6].map(
  (digit) => `00000000-0000-4000-8000-00000000000${digit}`,
);
const since = '2026-11-02T09:00:00.000Z';

let client: pg.Client;
beforeAll(async () => {
  await createDatabase(inject('postgresUrl'), name);
  client = new pg.Client({ connectionString: withDatabase(inject('postgresUrl'), name) });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(inject('postgresUrl'), name);
});

it('the one outbox takes over all that Temporal was owed before it, in order', async () => {
  const migrations = await readMigrations();
  const at = migrations.findIndex(({ id }) => id.endsWith('_one_outbox'));
  const apply = async (part: typeof migrations): Promise<void> => {
    for (const { statements } of part) {
      for (const statement of statements) await client.query(statement);
    }
  };
  await apply(migrations.slice(0, at));
  // What these rows point to does not matter here.
  await client.query('set session_replication_role = replica');
  const message = JSON.stringify({ type: 'pause', messageId: 'm' });
  await client.query(
    `insert into workflow_outbox (account_id, enrollment_id, kind, message, created_at) values
      ($1, $2, 'start', null, $5), ($1, $3, 'message', $4, $5), ($1, $2, 'message', $4, $5)`,
    [account, first, second, message, since],
  );
  await client.query(
    `insert into bulk_enrollments (account_id, id, kind, sequence_id, state, sender_id, source, on_limit,
      defaults, version, created_by_id, created_at, updated_at, untold_since)
    select $1, id, 'bulk', $1, 'running', $1, 'api', 'defer', '{}', 1, $1, $4, $4, since
    from (values ($2::uuid, null), ($3, $4::timestamptz)) as bulk (id, since)`,
    [account, told, owed, since],
  );
  await client.query(
    `insert into task_emails (account_id, task_id, number, state, recipient, requested_by_id, requested_at, untold_since)
    values ($1, $2, 1, 'sending', '', $1, $3, $3)`,
    [account, email, since],
  );
  await apply(migrations.slice(at, at + 1));
  const { rows } = await client.query<Record<string, unknown>>(
    `select account_id, target_kind, target_id, message ->> 'type' as type, tries, created_at,
      next_try_at <= clock_timestamp() + interval '5 seconds' as soon from outbox order by id`,
  );
  const word = { account_id: account, tries: 0, created_at: new Date(since), soon: true };
  expect(rows).toEqual([
    { ...word, target_kind: 'enrollment', target_id: first, type: null },
    { ...word, target_kind: 'enrollment', target_id: second, type: 'pause' },
    { ...word, target_kind: 'enrollment', target_id: first, type: 'pause' },
    { ...word, target_kind: 'bulk', target_id: owed, type: null },
    { ...word, target_kind: 'task_email', target_id: email, type: null },
  ]);
});
