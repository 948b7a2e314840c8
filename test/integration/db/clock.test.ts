import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createDatabaseClock } from '../../../src/db/clock.js';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let opened: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  opened = openDatabase({
    url: database.url,
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

const askedMs = async (): Promise<number> => {
  const { rows } = await opened.db.execute<{ ms: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  );
  return rows[0]?.ms ?? Number.NaN;
};

it('tells the time of Postgres, whatever the machine’s clock says', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 80_000 });
  const clock = createDatabaseClock(opened.db, () => undefined);
  expect(() => clock.nowMs()).toThrow('not set');
  await clock.start();
  try {
    const before = await askedMs();
    const told = clock.nowMs();
    const after = await askedMs();
    expect(told).toBeGreaterThanOrEqual(before - 20);
    expect(told).toBeLessThanOrEqual(after + 20);
    expect(told - Date.now()).toBeGreaterThan(75_000);
  } finally {
    clock.stop();
  }
});

it('is not started where Postgres does not answer', async () => {
  const away = openDatabase({
    url: database.url.replace(/:\d+\//, ':1/'),
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
  await expect(createDatabaseClock(away.db, () => undefined).start()).rejects.toThrow();
  await away.close();
});
