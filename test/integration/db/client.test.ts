import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('the connection pool', () => {
  let test: TestDatabase;
  let database: Database;
  const errors: Error[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
    database = openDatabase({
      url: test.url,
      maxConnections: 1,
      onConnectionError: (error) => errors.push(error),
    });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });
  const works = async () => {
    const { rows } = await database.db.transaction((tx) => tx.execute(sql`select 1 as one`));
    expect(rows).toEqual([{ one: 1 }]);
  };

  it('outlives a connection that the server ends in the middle of a transaction', async () => {
    const ended = database.db.transaction(async (tx) => {
      await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
    });
    await expect(ended).rejects.toThrow();
    await works();
    expect(errors.length).toBeGreaterThan(0);
  });

  it('gives the connection back when a transaction fails, many times over', async () => {
    for (let round = 0; round < 5; round += 1) {
      await expect(database.db.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow(
        'no',
      );
    }
    await works();
  });

  it('loses nothing of a transaction within a transaction that is rolled back alone', async () => {
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`create temporary table kept (n int) on commit drop`);
      await tx.transaction(() => Promise.reject(new Error('inner'))).catch(() => undefined);
      const { rows } = await tx.execute(sql`select count(*)::int as n from kept`);
      expect(rows).toEqual([{ n: 0 }]);
    });
  });
});
