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

describe('statements that repeat', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const preparedAfter = async (
    calls: number,
    options: { readonly prepareStatements?: boolean } = {},
  ) => {
    const onConnectionError = () => undefined;
    const { url } = test;
    const database = openDatabase({ url, maxConnections: 1, onConnectionError, ...options });
    try {
      const answers: unknown[] = [];
      for (let call = 0; call < calls; call += 1) {
        const { rows } = await database.db.execute(sql`select ${call}::int + 1 as next`);
        answers.push(rows[0]?.['next']);
      }
      expect(answers).toEqual(Array.from({ length: calls }, (_, call) => call + 1));
      const { rows } = await database.db.execute(
        sql`select statement from pg_prepared_statements where statement like '%as next'`,
      );
      return rows.length;
    } finally {
      await database.close();
    }
  };

  it('are prepared once, and not before they have come five times', async () => {
    expect(await preparedAfter(5)).toBe(0);
    expect(await preparedAfter(20)).toBe(1);
  });

  it('are never prepared where that is switched off', async () => {
    expect(await preparedAfter(20, { prepareStatements: false })).toBe(0);
  });

  it('are never prepared when they have a long list in them', async () => {
    const { url } = test;
    const onConnectionError = () => undefined;
    const database = openDatabase({ url, maxConnections: 1, onConnectionError });
    const list = sql.join(
      Array.from({ length: 101 }, (_, value) => sql`${value}::int`),
      sql`, `,
    );
    try {
      for (let call = 0; call < 10; call += 1) {
        const { rows } = await database.db.execute(sql`select 7 in (${list}) as listed`);
        expect(rows).toEqual([{ listed: true }]);
      }
      const { rows } = await database.db.execute(
        sql`select statement from pg_prepared_statements where statement like '%as listed'`,
      );
      expect(rows).toEqual([]);
    } finally {
      await database.close();
    }
  });

  it('go on after a failed transaction in which they were first prepared', async () => {
    const database = openDatabase({
      url: test.url,
      maxConnections: 1,
      onConnectionError: () => undefined,
    });
    try {
      for (let call = 0; call < 10; call += 1) {
        const broken = database.db.transaction(async (tx) => {
          await tx.execute(sql`select 1 / ${call % 2}::int as share`);
          await tx.execute(sql`select 1 / ${0}::int as share`);
        });
        await expect(broken).rejects.toThrow();
      }
      const { rows } = await database.db.execute(sql`select 1 / ${1}::int as share`);
      expect(rows).toEqual([{ share: 1 }]);
    } finally {
      await database.close();
    }
  });
});
