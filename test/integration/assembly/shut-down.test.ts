import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type RunningApi } from '../../../src/assembly/start-api.js';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { newId } from '../../../src/db/new-id.js';
import { insertAccount } from '../../../src/db/queries/accounts.js';
import { insertApiKey } from '../../../src/db/queries/api-keys.js';
import { mintApiKey } from '../../../src/usecases/account/api-key.js';
import { createTestDatabase, untilBlocked, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

const ownConnections = 2;

let test: TestDatabase;
let watch: Database;
let key: string;
beforeAll(async () => {
  test = await createTestDatabase();
  watch = openDatabase({
    url: test.url,
    maxConnections: ownConnections,
    onConnectionError: () => undefined,
  });
  key = await openAccount(watch);
});
afterAll(async () => {
  await watch.close();
  await test.drop();
});

const start = (): Promise<RunningApi> =>
  startApi({
    database: { url: test.url, maxConnections: 4 },
    temporal: { address: inject('temporalAddress'), namespace: inject('temporalNamespace') },
    taskQueue: 'shut-down',
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep: false,
    encryptionKeys: [randomBytes(32)],
    logger: pino({ level: 'silent' }),
    http: { host: '127.0.0.1', port: 0 },
    now: () => new Date().toISOString(),
  });

const connections = async (): Promise<number> => {
  const { rows } = await watch.db.execute(sql`select 1 from pg_stat_activity
    where datname = current_database()`);
  return rows.length;
};

interface Heard {
  readonly status: number;
  readonly connection: string | undefined;
}

/** Renames the account on the one connection of an agent. */
function rename(agent: Agent, url: string, name: string): Promise<Heard> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
    'if-match': '*',
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/account`, { agent, method: 'PATCH', headers }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        resolve({
          status: answer.statusCode ?? 0,
          connection: answer.headers.connection,
        });
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ name }));
  });
}

describe('an API that is shut down', () => {
  it('says how its services stand while it runs', async () => {
    const api = await start();
    const ready = await fetch(`${api.url}/readyz`);
    const checks = { postgres: 'ok', temporal: 'ok', http: 'ok' };
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, checks });
    await api.close();
    expect(await api.health()).toMatchObject({
      ready: false,
      checks: { postgres: 'stopped', temporal: 'stopped', http: 'stopped' },
    });
  });

  it('refuses new calls at once, finishes those that run, and lets go of Postgres last', async () => {
    const api = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holding = watch.db.transaction(async (tx) => {
      await tx.execute(sql`select 1 from accounts for update`);
      await held;
    });
    const running = rename(agent, api.url, 'Renamed');
    await untilBlocked(watch.db);
    const closed = api.close();
    await expect(fetch(`${api.url}/healthz`)).rejects.toThrow();
    expect(await connections()).toBeGreaterThan(ownConnections);
    const { checks } = await api.health();
    expect(checks).toEqual({ postgres: 'ok', temporal: 'ok', http: 'draining' });
    await delay(100);
    release();
    await holding;
    // On the connection that it came by nobody calls again.
    expect(await running).toEqual({ status: 200, connection: 'close' });
    await closed;
    const { rows } = await watch.db.execute(sql`select name from accounts`);
    expect(rows).toEqual([{ name: 'Renamed' }]);
    await eventually(connections, (count) => count <= ownConnections);
    agent.destroy();
  });
});

async function openAccount({ db }: Database): Promise<string> {
  const createdAt = new Date().toISOString();
  const id = newId(createdAt);
  const account = { id, name: 'Named', timeZone: 'UTC', capabilities: [], createdAt };
  await insertAccount(db, account);
  const keyId = randomUUID();
  const { token, secretHash } = mintApiKey(keyId);
  const row = { id: keyId, name: 'test', secretHash, scopes: ['admin'], createdAt };
  await insertApiKey(db, id, row);
  return token;
}
