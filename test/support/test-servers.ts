import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { migrateDatabase } from '../../src/db/migrate.js';
import { startPostgres, type LocalPostgres } from '../../src/local/postgres.js';
import { startTemporalServer } from '../../src/local/temporal-server.js';

export interface TestServers {
  readonly postgresUrl: string;
  readonly templateDatabase: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly bundleDirectory: string;
  stop(): Promise<void>;
}

const templateDatabase = 'cadenza_template';

/** The servers of a whole test run: Postgres with a migrated template, and Temporal that can skip time. */
export async function startTestServers(): Promise<TestServers> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-test-'));
  const [postgres, temporal] = await Promise.allSettled([
    startTemplatePostgres(directory),
    startTemporalServer({
      timeSkipping: true,
      // Low, so that going on in a fresh history is tested in seconds.
      suggestContinueAsNew: 300,
      searchAttributes: Object.values(searchAttributes),
    }),
  ]);
  if (postgres.status === 'rejected' || temporal.status === 'rejected') {
    const failures: unknown[] = [];
    for (const server of [postgres, temporal]) {
      if (server.status === 'fulfilled') await server.value.stop();
      else failures.push(server.reason);
    }
    throw new AggregateError(failures, failures.map(String).join('\n'));
  }
  const bundleDirectory = await mkdtemp(join(tmpdir(), 'cadenza-bundles-'));
  return {
    bundleDirectory,
    postgresUrl: postgres.value.url('postgres'),
    templateDatabase,
    temporalAddress: temporal.value.address,
    temporalNamespace: temporal.value.namespace,
    stop: async () => {
      await Promise.all([postgres.value.stop(), temporal.value.stop()]);
      await rm(bundleDirectory, { recursive: true });
    },
  };
}

async function startTemplatePostgres(directory: string): Promise<LocalPostgres> {
  const postgres = await startPostgres({ directory, persistent: false, durable: false });
  try {
    await postgres.createDatabase(templateDatabase);
    await migrateDatabase(postgres.url(templateDatabase));
    await closeToConnections(postgres);
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A database that somebody is connected to cannot be copied. */
async function closeToConnections(postgres: LocalPostgres): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  await client.query(`alter database ${templateDatabase} with allow_connections false`);
  await client.end();
}
