import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migrateDatabase } from '../../../src/db/migrate.js';
import { readMigrations } from '../../../src/db/migrations.js';
import { newId } from '../../../src/db/new-id.js';
import { createDatabase, dropDatabase, withDatabase } from '../../../src/local/databases.js';

const name = `log_migration_${randomBytes(8).toString('hex')}`;
const url = withDatabase(inject('postgresUrl'), name);
const client = new pg.Client({ connectionString: url });

beforeAll(async () => {
  await createDatabase(inject('postgresUrl'), name);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await dropDatabase(inject('postgresUrl'), name);
});

/** The schema that the release before the one log had. */
async function migrateBefore(last: RegExp): Promise<void> {
  const migrations = await readMigrations();
  const end = migrations.findIndex(({ id }) => last.test(id));
  expect(end).toBeGreaterThan(0);
  await client.query(`create table schema_migrations (
    id text primary key, breaking boolean not null, digest text not null,
    applied_at timestamptz not null default now())`);
  for (const { id, breaking, digest, statements } of migrations.slice(0, end)) {
    for (const statement of statements) await client.query(statement);
    await client.query('insert into schema_migrations values ($1, $2, $3)', [id, breaking, digest]);
  }
}

async function addOld(enrollmentId: string, number: number, at: string): Promise<void> {
  await client.query(
    `insert into enrollment_events (account_id, enrollment_id, number, at, type, step_id, cause, actor, data, message_id)
     values ($1, $2, $3, $4, 'rescheduled', 'one', '{"kind":"due"}', '{"kind":"system"}', $5, $6)`,
    [accountId, enrollmentId, number, at, { restMs: number }, `message-${number}`],
  );
}

const accountId = newId('2026-11-26T22:00:00.000Z');

it('2.9: rows that were there get their places by time, each enrollment in its own order, before all new ones', async () => {
  await migrateBefore(/_one_log$/);
  // Without the enrollments that they point to.
  await client.query('set session_replication_role = replica');
  const [one, two] = [newId('2026-11-26T22:00:00.000Z'), newId('2026-11-26T22:00:00.000Z')];
  await addOld(two, 2, '2026-11-24T10:00:00.000Z');
  await addOld(two, 1, '2026-11-23T10:00:00.000Z');
  await addOld(one, 1, '2026-11-20T10:00:00.000Z');
  await addOld(one, 2, '2026-11-26T10:00:00.000Z');
  // By a clock that went back.
  await addOld(one, 3, '2026-11-21T10:00:00.000Z');
  await client.query('set session_replication_role = origin');
  await migrateDatabase(url);
  await client.query(
    `insert into log (account_id, subject, subject_id, at, type, cause, actor, data)
     values ($1, 'sequence', $2, '2026-11-01T10:00:00.000Z', 'created', '{}', '{}', '{}')`,
    [accountId, newId('2026-11-26T22:00:00.000Z')],
  );
  const { rows } = await client.query(
    `select subject, subject_id as id, number::int, at, step_id, message_id, data, generation = current_log_generation() as current
     from log order by log.generation, log.xact, log.id`,
  );
  const old = (id: string, number: number, at: string) => ({
    ...{ subject: 'enrollment', id, number, at: new Date(at), step_id: 'one' },
    ...{ message_id: `message-${number}`, data: { restMs: number }, current: true },
  });
  expect(rows.slice(0, -1)).toEqual([
    old(one, 1, '2026-11-20T10:00:00.000Z'),
    old(two, 1, '2026-11-23T10:00:00.000Z'),
    old(two, 2, '2026-11-24T10:00:00.000Z'),
    old(one, 2, '2026-11-26T10:00:00.000Z'),
    old(one, 3, '2026-11-21T10:00:00.000Z'),
  ]);
  expect(rows.at(-1)).toMatchObject({ subject: 'sequence', current: true });
});
