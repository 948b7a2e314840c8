import { join } from 'node:path';
import { searchAttributes } from '../contract/search-attributes.js';
import { migrateDatabase } from '../db/migrate.js';
import { hasDatabase } from '../local/databases.js';
import { startMailCatcher, type MailCatcher } from '../local/mail-catcher.js';
import { startPostgres, type LocalPostgres } from '../local/postgres.js';
import { startTemporalServer, type LocalTemporal } from '../local/temporal-server.js';
import type { TemporalTarget } from '../temporal/connect.js';
import { ensureSearchAttributes } from '../temporal/ensure-search-attributes.js';

export interface LocalPartsOptions {
  /** Where data and logs go: `postgres/`, `temporal.db`, `temporal.log`, `mail/`. */
  readonly directory: string;
  /** Whether data survives `stop()`; what does not is also written without waiting for the disk. */
  readonly persistent: boolean;
  /** Lets single workflows be moved through time from outside. */
  readonly timeSkipping: boolean;
  /** In place of the embedded Postgres; its schema is brought up to date all the same. */
  readonly databaseUrl?: string;
  /** In place of the embedded Temporal server. */
  readonly temporal?: { readonly target: TemporalTarget; readonly uiUrl: string };
  /** Free ones where nothing is said. */
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

/** Starts all that Cadenza needs and is not given: Postgres with its schema, Temporal, and a mail server. */
export async function startLocalParts(options: LocalPartsOptions): Promise<LocalParts> {
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((part) => part.stop()));
  };
  const keep = async <T extends { stop(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    started.push(await part);
    return part;
  };
  const mailDirectory = join(options.directory, 'mail');
  const [postgres, temporal, mail] = await Promise.allSettled([
    options.databaseUrl === undefined ? keep(openPostgres(options)) : undefined,
    options.temporal === undefined ? keep(openTemporal(options)) : undefined,
    keep(startMailCatcher({ directory: mailDirectory, port: options.ports?.smtp ?? 0 })),
  ]);
  try {
    const database = valueOf(postgres);
    const server = valueOf(temporal);
    const databaseUrl = options.databaseUrl ?? database?.url(databaseName) ?? '';
    await migrateDatabase(databaseUrl);
    if (options.temporal) await ensureSearchAttributes(options.temporal.target);
    return {
      databaseUrl,
      temporal: options.temporal?.target ?? targetOf(server),
      uiUrl: options.temporal?.uiUrl ?? server?.uiUrl ?? '',
      mail: valueOf(mail),
      mailDirectory,
      crashed: Promise.race([database, server].flatMap((part) => (part ? [part.crashed] : []))),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
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

function targetOf(server: LocalTemporal | undefined): TemporalTarget {
  return server ? { address: server.address, namespace: server.namespace } : {};
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
