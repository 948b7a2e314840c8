import type { Logger } from 'pino';
import { openDatabase, takesWrites, type Database, type DatabaseOptions } from '../db/client.js';
import { createDatabaseClock, type DatabaseClock } from '../db/clock.js';
import { ensureLogGeneration } from '../db/queries/log.js';
import { judgeSchema } from '../db/schema-guard.js';
import type { Service } from '../observability/service.js';

/** How a process reaches its database. */
export type DatabaseAccess = Pick<
  DatabaseOptions,
  'url' | 'maxConnections' | 'prepareStatements' | 'bounds'
>;

/** Opens the database. If this release cannot work on its schema, rejects with what to do. */
export async function openKnownDatabase(
  options: DatabaseAccess,
  logger: Logger,
): Promise<Database> {
  const database = databaseService(options, logger);
  try {
    await database.start();
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** The database as a part of a process, with its clock; its start rejects like `openKnownDatabase`. */
export function databaseService(
  options: DatabaseAccess,
  logger: Logger,
): Database & Service & { readonly clock: DatabaseClock } {
  const database = openDatabase({
    ...options,
    onConnectionError: (error) => {
      logger.warn({ err: error }, 'a database connection broke');
    },
  });
  const clock = createDatabaseClock(database.db, (error) => {
    logger.warn({ err: error }, 'Postgres did not tell the time');
  });
  return {
    ...database,
    clock,
    name: 'postgres',
    start: async () => {
      await refuseUnknownSchema(database, logger);
      await ensureLogGeneration(database.db);
      await clock.start();
    },
    drain: () => undefined,
    stop: () => {
      clock.stop();
      return database.close();
    },
    healthy: () => takesWrites(database),
  };
}

async function refuseUnknownSchema({ db }: Database, logger: Logger): Promise<void> {
  const verdict = await judgeSchema(db).catch((error: unknown) => {
    // The failed query is of no interest to whoever has to mend this.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error('Postgres cannot be used: look at DATABASE_URL, and at the server.', { cause });
  });
  switch (verdict.kind) {
    case 'ok':
      if (verdict.newerSafe.length > 0) {
        logger.warn({ migrations: verdict.newerSafe }, 'the database is newer than this release');
      }
      return;
    case 'too_old':
      throw new Error(
        `The database lacks the migrations ${verdict.missing.join(', ')}: run bin/migrate first.`,
      );
    case 'too_new':
      throw new Error(
        `The database has the breaking migrations ${verdict.breaking.join(', ')}, which this release does not know: run a newer release.`,
      );
  }
}
