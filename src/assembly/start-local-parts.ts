import { join } from 'node:path';
import { searchAttributes } from '../contract/search-attributes.js';
import { migrateDatabase } from '../db/migrate.js';
import { hasDatabase } from '../local/databases.js';
import { startMailCatcher, type MailCatcher } from '../local/mail-catcher.js';
import { refuseBouncing } from '../local/self-answering.js';
import { startPostgres, type LocalPostgres } from '../local/postgres.js';
import { startTemporalServer, type LocalTemporal } from '../local/temporal-server.js';
import type { TemporalTarget } from '../temporal/connect.js';
import { ensureSearchAttributes } from '../temporal/ensure-search-attributes.js';

export interface LocalPartsOptions {
  /** Where data and logs go: `postgres/`, `temporal.db`, `temporal.log`, `mail/`. */
  readonly directory: string;
  /** Whether data survives `stop()`; data that does not is also written without waiting for the disk. */
  readonly persistent: boolean;
  /** Lets individual workflows be moved through time from outside. */
  readonly timeSkipping: boolean;
  /** Used in place of the embedded Postgres; its schema is brought up to date all the same. */
  readonly databaseUrl?: string;
  /** Used in place of the embedded Temporal server. */
  readonly temporal?: { readonly target: TemporalTarget; readonly uiUrl: string };
  /** The ports; free ones where none is given. */
  readonly ports?: { readonly temporalUi?: number; readonly smtp?: number };
}

export interface LocalParts {
  readonly databaseUrl: string;
  readonly temporal: TemporalTarget;
  /** The Temporal UI's address, without a slash at its end. */
  readonly uiUrl: string;
  readonly mail: MailCatcher;
  /** Where each mail is kept as an `.eml` file. */
  readonly mailDirectory: string;
  /** Resolves if one of the servers ends without having been asked to. */
  readonly crashed: Promise<Error>;
  /** Stops what was started here, once everything that uses it has been stopped. Safe to call twice. */
  stop(): Promise<void>;
}

const databaseName = 'cadenza';

/** Starts everything that Cadenza needs and is not given: Postgres with its schema, Temporal, and a mail server. */
export async function startLocalParts(options: LocalPartsOptions): Promise<LocalParts> {
  const started: Stoppable[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((part) => part.stop()));
  };
  const keep: Keep = async (starting) => {
    const part = await starting;
    started.push(part);
    return part;
  };
  const mailDirectory = join(options.directory, 'mail');
  const port = options.ports?.smtp ?? 0;
  const starting = [
    provideDatabase(options, keep),
    provideTemporal(options, keep),
    keep(startMailCatcher({ directory: mailDirectory, port, respond: refuseBouncing })),
  ] as const;
  try {
    const [database, temporal, mail] = await Promise.all(starting);
    return {
      databaseUrl: database.url,
      temporal: temporal.target,
      uiUrl: temporal.uiUrl,
      mail,
      mailDirectory,
      crashed: Promise.race([...database.crashed, ...temporal.crashed]),
      stop,
    };
  } catch (error) {
    // What is still starting is stopped as well, once it has started.
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

interface Stoppable {
  stop(): Promise<void>;
}

type Keep = <T extends Stoppable>(starting: Promise<T>) => Promise<T>;

async function provideDatabase(
  options: LocalPartsOptions,
  keep: Keep,
): Promise<{ readonly url: string; readonly crashed: readonly Promise<Error>[] }> {
  const own = options.databaseUrl === undefined ? await keep(openPostgres(options)) : undefined;
  const url = own?.url(databaseName) ?? options.databaseUrl ?? '';
  await migrateDatabase(url);
  return { url, crashed: own ? [own.crashed] : [] };
}

async function provideTemporal(
  options: LocalPartsOptions,
  keep: Keep,
): Promise<{
  readonly target: TemporalTarget;
  readonly uiUrl: string;
  readonly crashed: readonly Promise<Error>[];
}> {
  if (options.temporal) {
    await ensureSearchAttributes(options.temporal.target);
    return { ...options.temporal, crashed: [] };
  }
  const { address, namespace, uiUrl = '', crashed } = await keep(openTemporal(options));
  return { target: { address, namespace }, uiUrl, crashed: [crashed] };
}

async function openPostgres(options: LocalPartsOptions): Promise<LocalPostgres> {
  const postgres = await startPostgres({
    directory: join(options.directory, 'postgres'),
    persistent: options.persistent,
    durable: options.persistent,
  });
  try {
    if (!(await hasDatabase(postgres.url('postgres'), databaseName))) {
      await postgres.createDatabase(databaseName);
    }
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function openTemporal(options: LocalPartsOptions): Promise<LocalTemporal> {
  return startTemporalServer({
    uiPort: options.ports?.temporalUi ?? 0,
    timeSkipping: options.timeSkipping,
    searchAttributes: Object.values(searchAttributes),
    logFile: join(options.directory, 'temporal.log'),
    ...(options.persistent ? { dbFile: join(options.directory, 'temporal.db') } : {}),
  });
}
