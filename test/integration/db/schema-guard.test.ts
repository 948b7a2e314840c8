import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openKnownDatabase } from '../../../src/assembly/open-database.js';
import { startApi } from '../../../src/assembly/start-api.js';
import { startWorker } from '../../../src/assembly/start-worker.js';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { readMigrations } from '../../../src/db/migrations.js';
import { judgeSchema } from '../../../src/db/schema-guard.js';
import { createDatabase, dropDatabase, withDatabase } from '../../../src/local/databases.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const ofLaterRelease = '9999_of_a_later_release';
const known = await readMigrations();
const last = known.at(-1)?.id ?? '';

let own: TestDatabase;
let database: Database;

beforeEach(async () => {
  own = await createTestDatabase();
  database = openDatabase({ url: own.url, maxConnections: 2, onConnectionError: () => undefined });
});

afterEach(async () => {
  await database.close();
  await own.drop();
});

const loseLast = (): Promise<unknown> =>
  database.pool.query('delete from schema_migrations where id = $1', [last]);

const addLater = (breaking: boolean): Promise<unknown> =>
  database.pool.query('insert into schema_migrations (id, breaking, digest) values ($1, $2, $3)', [
    ofLaterRelease,
    breaking,
    'unknown here',
  ]);

describe('judgeSchema', () => {
  test("takes this release's schema", async () => {
    expect(await judgeSchema(database.db)).toEqual({ kind: 'ok', newerSafe: [] });
  });

  test('calls a database that lacks a migration too old', async () => {
    await loseLast();
    expect(await judgeSchema(database.db)).toEqual({ kind: 'too_old', missing: [last] });
  });

  test('takes a newer safe migration, and names it', async () => {
    await addLater(false);
    expect(await judgeSchema(database.db)).toEqual({ kind: 'ok', newerSafe: [ofLaterRelease] });
  });

  test('calls a database with a newer breaking migration too new', async () => {
    await addLater(true);
    expect(await judgeSchema(database.db)).toEqual({ kind: 'too_new', breaking: [ofLaterRelease] });
  });

  test('calls a database that was never migrated too old', async () => {
    const name = `guard_${randomBytes(8).toString('hex')}`;
    const serverUrl = inject('postgresUrl');
    await createDatabase(serverUrl, name);
    const url = withDatabase(serverUrl, name);
    const empty = openDatabase({ url, maxConnections: 1, onConnectionError: () => undefined });
    try {
      const missing = known.map(({ id }) => id);
      expect(await judgeSchema(empty.db)).toEqual({ kind: 'too_old', missing });
    } finally {
      await empty.close();
      await dropDatabase(serverUrl, name);
    }
  });
});

describe('a process that opens the database', () => {
  const open = (logger = pino({ level: 'silent' })): Promise<Database> =>
    openKnownDatabase({ url: own.url, maxConnections: 1 }, logger);

  test('goes on with a newer safe migration, and says so', async () => {
    await addLater(false);
    const lines: unknown[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line)) });
    const opened = await open(logger);
    await opened.close();
    expect(lines).toMatchObject([{ migrations: [ofLaterRelease] }]);
  });

  test('leaves no connection behind when it refuses', async () => {
    await loseLast();
    await expect(open()).rejects.toThrow('run bin/migrate first');
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    const { rows } = await client.query<{ readonly count: number }>(
      'select count(*)::int from pg_stat_activity where datname = $1 and pid <> all($2)',
      [new URL(own.url).pathname.slice(1), await ownPids()],
    );
    await client.end();
    expect(rows).toEqual([{ count: 0 }]);
  });
});

async function ownPids(): Promise<readonly number[]> {
  const { rows } = await database.pool.query<{ readonly pid: number }>(
    'select pg_backend_pid() as pid',
  );
  return rows.map(({ pid }) => pid);
}

describe.each([
  ['too old', loseLast, 'lacks the migrations'],
  ['too new', () => addLater(true), `breaking migrations ${ofLaterRelease}`],
])('on a schema that is %s', (_what, change, reason) => {
  const common = () => ({
    database: { url: own.url, maxConnections: 2 },
    temporal: { address: inject('temporalAddress'), namespace: inject('temporalNamespace') },
    taskQueue: 'schema-guard',
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep: true,
    encryptionKeys: [randomBytes(32)],
    logger: pino({ level: 'silent' }),
  });

  test('the API does not start', async () => {
    await change();
    const http = { host: '127.0.0.1', port: 0 };
    await expect(
      startApi({ ...common(), http, now: () => '2026-01-05T09:00:00.000Z' }),
    ).rejects.toThrow(reason);
  });

  test('a worker does not start', async () => {
    await change();
    await expect(
      startWorker({
        ...common(),
        bundle: { code: '' },
        messageIdKeys: ['a secret of the tests alone'],
        sendLeaseMs: 20_000,
        smtpReadyMs: 20_000,
        smtpAcceptMs: 20_000,
        maxCachedWorkflows: 10,
        maxConcurrentActivities: 5,
        maxConcurrentSends: 5,
        maxConcurrentBulk: 2,
        shutdownGraceMs: 1_000,
        sweepEverySeconds: 60,
      }),
    ).rejects.toThrow(reason);
  });
});
