import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { createStatementNames, prepareRepeated } from './prepare-repeated.js';

/** A pool of connections; each query on it runs in a transaction of its own. */
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
  /** Called when a connection breaks, idle or in use; the pool replaces it. */
  readonly onConnectionError: (error: Error) => void;
}

/**
 * Opens a pool. It uses no session state but the protocol's prepared statements, so that PgBouncer in transaction mode
 * may stand between; a PgBouncer that does not know those needs `prepareStatements: false`.
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
  // The library's own would lose a connection that breaks before the transaction begins, and end the process when one
  // breaks later.
  db.transaction = (run, config) =>
    inTransaction(pool, options, (own) => own.transaction(run, config));
  return { db, pool, close: () => pool.end() };
}

/** Runs on a connection that always goes back to the pool or, if it broke, is removed from it. */
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
