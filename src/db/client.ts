import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { boundClient } from './bound-client.js';
import { databaseBounds, type DatabaseBounds } from './bounds.js';
import { createStatementNames, prepareRepeated } from './prepare-repeated.js';
import { databaseFailure } from './sqlstate.js';

/** A pool of connections; each query on it runs in a transaction of its own. */
export type Db = NodePgDatabase;

/** An open transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  /** Waits for what runs on it, five seconds at the most; then that is broken off and rolled back. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** The most connections that this process opens. */
  readonly maxConnections: number;
  /** Whether connections keep the plans of statements that repeat; they do unless this is false. */
  readonly prepareStatements?: boolean;
  /** How long Postgres, and others, are waited for and kept waiting; `databaseBounds` unless told. */
  readonly bounds?: DatabaseBounds;
  /** Called once when a connection breaks, idle or in use; the pool replaces it. */
  readonly onConnectionError: (error: Error) => void;
}

/** A process whose host is gone is noticed by its connections, after so much silence. */
const keepAliveMs = 10_000;
/** After a failover no connection stays with the old server for longer. */
const lifetimeSeconds = 600;
/** How long `close` waits for what runs, in milliseconds. */
export const closeMs = 5_000;

/**
 * Opens a pool. It uses no session state but the protocol's prepared statements, so that PgBouncer in transaction mode
 * may stand between; a PgBouncer that does not know those needs `prepareStatements: false`. Bounds come with each
 * transaction.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { bounds = databaseBounds } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: bounds.connectMs,
    maxLifetimeSeconds: lifetimeSeconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
  });
  const nameOf = options.prepareStatements === false ? undefined : createStatementNames();
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    hearErrors(client, options.onConnectionError);
    boundClient(client, bounds);
    if (nameOf) prepareRepeated(client, nameOf);
  });
  pool.on('remove', (client) => open.delete(client));
  // Each connection has told of its error by itself.
  pool.on('error', () => undefined);
  const db: Db = drizzle({ client: pool });
  // The library's own would give a connection that cannot be used any more back to the pool.
  db.transaction = (run, config) => inTransaction(pool, (own) => own.transaction(run, config));
  return { db, pool, close: () => endPool(pool, open) };
}

/**
 * Hears every error of a connection for as long as there is one. Between the pool and whoever has asked for a connection
 * nobody else does, and an error that nobody hears ends the process.
 */
function hearErrors(client: pg.PoolClient, report: (error: Error) => void): void {
  let isBroken = false;
  client.on('error', (error) => {
    // What ends a connection is followed by the error that it has ended.
    if (!isBroken) report(error);
    isBroken = true;
  });
}

/** Runs on a connection that goes back to the pool or, if nothing can be done on it any more, is removed from it. */
async function inTransaction<T>(pool: pg.Pool, run: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isUsable = true;
  try {
    return await run(drizzle({ client }));
  } catch (error) {
    // A server that has become read-only stays so for those who are connected to it.
    isUsable = databaseFailure(error)?.kind !== 'unavailable';
    throw error;
  } finally {
    client.release(!isUsable);
  }
}

/** Whether Postgres answers and takes writes, which a standby does not, nor a server that was made read-only. */
export async function takesWrites({ pool }: Pick<Database, 'pool'>): Promise<boolean> {
  const client = await pool.connect();
  let writable = false;
  try {
    const { rows } = await client.query<{ readonly off: boolean }>({
      text: "select current_setting('transaction_read_only') = 'off' as off",
    });
    writable = rows[0]?.off === true;
    return writable;
  } finally {
    // Another connection may lead to another server.
    client.release(!writable);
  }
}

async function endPool(pool: pg.Pool, open: ReadonlySet<pg.PoolClient>): Promise<void> {
  const limit = setTimeout(() => {
    for (const client of open) client.connection.stream.destroy();
  }, closeMs);
  try {
    await pool.end();
  } finally {
    clearTimeout(limit);
  }
}
