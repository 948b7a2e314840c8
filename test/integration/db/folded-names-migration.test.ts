import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migrateDatabase } from '../../../src/db/migrate.js';
import { readMigrations } from '../../../src/db/migrations.js';
import { newId } from '../../../src/db/new-id.js';
import { createDatabase, dropDatabase, withDatabase } from '../../../src/local/databases.js';

const name = `folded_names_migration_${randomBytes(8).toString('hex')}`;
const url = withDatabase(inject('postgresUrl'), name);
const client = new pg.Client({ connectionString: url });
const now = '2026-11-26T22:00:00.000Z';
const [one, other] = [newId(now), newId(now)];

beforeAll(async () => {
  await createDatabase(inject('postgresUrl'), name);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await dropDatabase(inject('postgresUrl'), name);
});

/** The schema that the release before had. */
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

const tables = [
  ['lists', { kind: 'static' }],
  ['folders', { kind: 'template' }],
  ['teams', {}],
  ['task_queues', {}],
] as const;

async function add(table: string, fields: object, accountId: string, called: string) {
  const row = { account_id: accountId, id: newId(now), name: called, ...fields };
  const columns = [...Object.keys(row), 'created_at', 'updated_at'];
  const places = columns.map((_, index) => `$${index + 1}`);
  await client.query(`insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`, [
    ...Object.values(row),
    now,
    now,
  ]);
}

it('3.20: names that collide keep their rows and their writing, and no further ones come', async () => {
  await migrateBefore(/_fold_texts$/);
  await client.query('set session_replication_role = replica');
  const names = ['Berlin', 'berlin', 'Rene\u0301', 'BERLIN', 'René', 'Paris'];
  for (const [table, fields] of tables) {
    for (const called of names) await add(table, fields, one, called);
    await add(table, fields, other, 'berlin');
  }
  await migrateDatabase(url);
  for (const [table, fields] of tables) {
    const { rows } = await client.query(
      `select name, namesake from ${table} where account_id = $1 order by id`,
      [one],
    );
    const told = names.map((called, index) => ({
      name: called,
      namesake: [0, 1, 0, 2, 1, 0][index],
    }));
    expect([table, rows]).toEqual([table, told]);
    for (const taken of ['Berlin', 'berlin', 'bErlin', 'RENE\u0301', 'paris']) {
      await expect(add(table, fields, one, taken)).rejects.toThrow(/unique constraint/);
    }
    await add(table, fields, one, 'Rom');
    await add(table, fields, other, 'paris');
  }
});
