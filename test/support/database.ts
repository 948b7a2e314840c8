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

/** Waits until a statement of this database waits for a lock. */
export async function untilBlocked(db: Db): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await db.execute(sql`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return Number(rows[0]?.['n']);
    },
    (blocked) => blocked > 0,
  );
}
