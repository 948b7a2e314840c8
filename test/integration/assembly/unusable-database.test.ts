import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startApi, type RunningApi } from '../../../src/assembly/start-api.js';
import type { DatabaseBounds } from '../../../src/db/bounds.js';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { newId } from '../../../src/db/new-id.js';
import { insertAccount } from '../../../src/db/queries/accounts.js';
import { insertApiKey } from '../../../src/db/queries/api-keys.js';
import { mintApiKey } from '../../../src/usecases/account/api-key.js';
import { send } from '../../support/api.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { startTcpSwitch, type TcpSwitch } from '../../support/tcp-switch.js';

const bounds: DatabaseBounds = {
  connectMs: 1_000,
  short: { lockMs: 500, statementMs: 700, idleMs: 500 },
  long: { lockMs: 500, statementMs: 700, idleMs: 500 },
};
/** What the bounds add up to; the rest is for a machine that tests share. */
const withinMs = bounds.connectMs + bounds.short.statementMs + 2_500;

describe('an API whose Postgres is there but cannot be used', () => {
  let test: TestDatabase;
  let watch: Database;
  let wire: TcpSwitch;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    watch = openDatabase({ url: test.url, maxConnections: 1, onConnectionError: () => undefined });
    key = await openAccount(watch);
  });
  afterAll(async () => {
    await watch.close();
    await test.drop();
  });
  beforeEach(async () => {
    const url = new URL(test.url);
    wire = await startTcpSwitch(url.host);
    wire.on();
    url.host = wire.address;
    api = await startApi({
      database: { url: url.href, maxConnections: 4, bounds },
      temporal: { address: inject('temporalAddress'), namespace: inject('temporalNamespace') },
      taskQueue: 'unusable',
      uiUrl: 'http://temporal.example',
      searchAttributesEachStep: false,
      encryptionKeys: [randomBytes(32)],
      logger: pino({ level: 'silent' }),
      http: { host: '127.0.0.1', port: 0 },
      now: () => new Date().toISOString(),
    });
  });
  afterEach(async () => {
    await api.close();
    await wire.stop();
  });

  const call = (method: string, path: string, body?: unknown) =>
    send(`${api.url}${path}`, method, body, { authorization: `Bearer ${key}` });
  const write = () => call('POST', '/v1/contacts', { email: `${randomUUID()}@contact.example` });
  const read = () => call('GET', '/v1/contacts');
  const ready = async () => (await fetch(`${api.url}/readyz`)).status;
  const live = async () => (await fetch(`${api.url}/healthz`)).status;

  it('is read-only: refuses what writes with 503, says that it is not ready, and goes on by itself', async () => {
    expect([(await write()).status, await ready()]).toEqual([201, 200]);
    await failOver('on');
    const refused = await write();
    expect([refused.status, refused.code]).toEqual([503, 'UNAVAILABLE']);
    expect(refused.headers.get('retry-after')).toBe('5');
    await eventually(ready, (status) => status === 503, withinMs);
    expect([(await read()).status, await live()]).toEqual([200, 200]);
    // The connections stay: that the server takes writes again is found out without them.
    await watch.db.execute(
      sql.raw(`alter database ${name()} set default_transaction_read_only = off`),
    );
    await eventually(write, ({ status }) => status === 201, withinMs);
    await eventually(ready, (status) => status === 200, withinMs);
  });

  it('does not answer: refuses every call with 503 in time, says that it is not ready, and goes on by itself', async () => {
    await Promise.all([write(), write(), read(), read()]);
    wire.hold();
    const begun = performance.now();
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, write),
      ...Array.from({ length: 8 }, read),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(performance.now() - begun).toBeLessThan(withinMs);
    expect([await ready(), await live()]).toEqual([503, 200]);
    wire.on();
    expect([(await write()).status, (await read()).status]).toEqual([201, 200]);
    await eventually(ready, (status) => status === 200, withinMs);
  });

  const name = (): string => new URL(test.url).pathname.slice(1);

  /** Every connection ends, and leads from now on to a server that takes no writes, or to one that does. */
  async function failOver(readOnly: 'on' | 'off'): Promise<void> {
    await watch.db.execute(
      sql.raw(`alter database ${name()} set default_transaction_read_only = ${readOnly}`),
    );
    wire.off();
    wire.on();
    await eventually(read, ({ status }) => status === 200);
  }
});

async function openAccount({ db }: Database): Promise<string> {
  const createdAt = new Date().toISOString();
  const id = newId(createdAt);
  await insertAccount(db, { id, name: 'Named', timeZone: 'UTC', capabilities: [], createdAt });
  const keyId = randomUUID();
  const { token, secretHash } = mintApiKey(keyId);
  const row = { id: keyId, name: 'test', secretHash, scopes: ['admin'], createdAt };
  await insertApiKey(db, id, row);
  return token;
}
