import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

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
  /** Told of a connection that broke while idle; the pool replaces it. */
  readonly onIdleError: (error: Error) => void;
}

/** Opens a pool. Uses no session state, so that PgBouncer in transaction mode may stand between. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: 10_000,
  });
  pool.on('error', options.onIdleError);
  return { db: drizzle({ client: pool }), pool, close: () => pool.end() };
}
