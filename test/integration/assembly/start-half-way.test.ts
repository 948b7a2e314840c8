import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi } from '../../../src/assembly/start-api.js';
import { startWorker } from '../../../src/assembly/start-worker.js';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

// Shorter than a pool keeps a connection that nobody uses.
const patienceMs = 3_000;

let test: TestDatabase;
let watch: Database;
let taken: Server;
beforeAll(async () => {
  test = await createTestDatabase();
  watch = openDatabase({ url: test.url, maxConnections: 1, onConnectionError: () => undefined });
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
});
afterAll(async () => {
  taken.close();
  await watch.close();
  await test.drop();
});

const takenPort = (): number => {
  const address = taken.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
const othersConnected = async (): Promise<number> => {
  const { rows } = await watch.db.execute(sql`select 1 from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  return rows.length;
};
const common = () => ({
  database: { url: test.url, maxConnections: 2 },
  taskQueue: 'half-way',
  uiUrl: 'http://temporal.example',
  searchAttributesEachStep: false,
  encryptionKeys: [randomBytes(32)],
  logger: pino({ level: 'silent' }),
});

describe('a start that fails half-way leaves no connection open', () => {
  it('of an API whose port is taken', async () => {
    const starting = startApi({
      ...common(),
      temporal: { address: inject('temporalAddress'), namespace: inject('temporalNamespace') },
      http: { host: '127.0.0.1', port: takenPort() },
      now: () => '2026-11-23T15:00:00.000Z',
    });
    await expect(starting).rejects.toThrow(/EADDRINUSE/);
    await eventually(othersConnected, (count) => count === 0, patienceMs);
  });

  it('of a worker that finds no Temporal', async () => {
    const starting = startWorker({
      ...common(),
      temporal: { address: '127.0.0.1:1', namespace: 'default' },
      bundle: { code: '' },
      messageIdKeys: ['a secret of the tests alone'],
      sendLeaseMs: 20_000,
      smtpReadyMs: 20_000,
      smtpAcceptMs: 20_000,
      maxCachedWorkflows: 10,
      maxConcurrentActivities: 10,
      maxConcurrentSends: 10,
      maxConcurrentBulk: 2,
      shutdownGraceMs: 1_000,
      sweepEverySeconds: 60,
    });
    await expect(starting).rejects.toThrow();
    await eventually(othersConnected, (count) => count === 0, patienceMs);
  });
});
