import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { inject } from 'vitest';
import type { Db } from '../../src/db/client.js';
import { createDatabase, dropDatabase, withDatabase } from '../../src/local/databases.js';
import { eventually } from './eventually.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of the caller's own, with this release's schema and nothing in it. One for each test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await createDatabase(serverUrl, name, inject('templateDatabase'));
  return {
    url: withDatabase(serverUrl, name),
    drop: () => dropDatabase(serverUrl, name),
  };
}

/** How many statements of this database wait for a lock. */
export async function countBlocked(db: Db): Promise<number> {
  const { rows } = await db.execute(sql`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`);
  return Number(rows[0]?.['n']);
}

/** Waits until a statement of this database waits for a lock. */
export async function untilBlocked(db: Db, least = 1): Promise<void> {
  await eventually(
    () => countBlocked(db),
    (blocked) => blocked >= least,
  );
}

/**
 * Waits until all that was committed by now can be read in the log. Other tests share the cluster, and whatever they have
 * under way holds its readers back.
 */
export async function untilSettled(db: Db): Promise<void> {
  const { rows } = await db.execute<{ readonly xact: string }>(
    sql`select pg_current_xact_id()::text as xact`,
  );
  const xact = rows[0]?.xact ?? '';
  await eventually(
    async () => {
      const settled = await db.execute(sql`
        select pg_snapshot_xmin(pg_current_snapshot()) > ${xact}::xid8 as settled`);
      return settled.rows[0]?.['settled'];
    },
    (settled) => settled === true,
  );
}
