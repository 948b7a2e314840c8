import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { createStatementNames, prepareRepeated } from './prepare-repeated.js';

/** A pool of connections; queries on it run each in a transaction of its own. */
export type Db = NodePgDatabase;

/** An open transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** The most connections that this process opens. */
  readonly maxConnections: number;
  /** Whether connections keep the plans of statements that repeat; they do unless this is false. */
  readonly prepareStatements?: boolean;
  /** Told of a connection that broke, idle or in use; the pool replaces it. */
  readonly onConnectionError: (error: Error) => void;
}

/**
 * Opens a pool. Uses no session state but prepared statements of the protocol, so that PgBouncer in transaction mode may
 * stand between; one that does not know those needs `prepareStatements: false`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: 10_000,
  });
  pool.on('error', options.onConnectionError);
  if (options.prepareStatements !== false) {
    const nameOf = createStatementNames();
    pool.on('connect', (client) => {
      prepareRepeated(client, nameOf);
    });
  }
  const db: Db = drizzle({ client: pool });
  // The library's own would lose a connection that breaks before it begins, and end the process with one that breaks later.
  db.transaction = (run, config) =>
    inTransaction(pool, options, (own) => own.transaction(run, config));
  return { db, pool, close: () => pool.end() };
}

/** Runs on a connection that always goes back to the pool, or, when it broke, out of it. */
async function inTransaction<T>(
  pool: pg.Pool,
  { onConnectionError }: DatabaseOptions,
  run: (db: Db) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
    onConnectionError(error);
  };
  client.on('error', onError);
  try {
    return await run(drizzle({ client }));
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
