import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrateDatabase } from '../../src/db/migrate.js';
import { startPostgres } from '../../src/local/postgres.js';
import { dumpSchema } from './dump-schema.js';

/** The dump that is committed along with the migrations. */
export const schemaFile = fileURLToPath(new URL('../../drizzle/schema.sql', import.meta.url));

/** Applies all migrations to an empty database and writes down what they made. */
export async function writeSchema(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-schema-'));
  const postgres = await startPostgres({ directory, persistent: false, durable: false });
  try {
    await postgres.createDatabase('cadenza');
    const url = postgres.url('cadenza');
    await migrateDatabase(url);
    await writeFile(schemaFile, await dumpSchema(url));
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
