import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { mintApiKey } from '../../src/usecases/account/api-key.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { openDatabase } from '../../src/db/client.js';
import { migrateDatabase } from '../../src/db/migrate.js';
import { newId } from '../../src/db/new-id.js';
import { insertAccount } from '../../src/db/queries/accounts.js';
import { insertApiKey } from '../../src/db/queries/api-keys.js';
import { startMailCatcher } from '../../src/local/mail-catcher.js';
import { startPostgres } from '../../src/local/postgres.js';
import { noLimits } from '../../test/support/no-limits.js';
import { startTemporalServer } from '../../src/local/temporal-server.js';

/** The servers that all figures of a run are measured on, with one account. */
export interface Ground {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly connection: Connection;
  readonly client: Client;
  readonly smtpPort: number;
  /** A key that may do everything in the account. */
  readonly apiKey: string;
  readonly encryptionKey: Buffer;
  stop(): Promise<void>;
}

const databaseName = 'cadenza';

/** Starts Postgres, as safe against a crash as in production, a Temporal server, and a mail server. */
export async function openGround(): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-bench-'));
  const ends: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startPostgres({ directory, persistent: false, durable: true });
    ends.push(() => postgres.stop());
    await postgres.createDatabase(databaseName);
    const databaseUrl = postgres.url(databaseName);
    await migrateDatabase(databaseUrl);
    const server = await startTemporalServer({
      timeSkipping: true,
      searchAttributes: Object.values(searchAttributes),
    });
    ends.push(() => server.stop());
    const mail = await startMailCatcher();
    ends.push(() => mail.stop());
    const { address, namespace } = server;
    const connection = await Connection.connect({ address });
    ends.push(() => connection.close());
    return {
      databaseUrl,
      temporal: { address, namespace },
      connection,
      client: new Client({ connection, namespace }),
      smtpPort: mail.port,
      apiKey: await openAccount(databaseUrl),
      encryptionKey: randomBytes(32),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openAccount(databaseUrl: string): Promise<string> {
  const database = openDatabase({
    url: databaseUrl,
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
  try {
    const createdAt = new Date().toISOString();
    const accountId = newId(createdAt);
    await insertAccount(database.db, {
      id: accountId,
      name: 'Benchmark',
      timeZone: 'UTC',
      capabilities: ['linkedin_sales_navigator'],
      ...noLimits,
      createdAt,
    });
    const keyId = randomUUID();
    const { token, secretHash } = mintApiKey(keyId);
    const key = { id: keyId, name: 'benchmark', secretHash, scopes: ['admin' as const], createdAt };
    await insertApiKey(database.db, accountId, key);
    return token;
  } finally {
    await database.close();
  }
}
