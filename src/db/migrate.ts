import pg from 'pg';
import { readMigrations, type Migration } from './migrations.js';

const lockKey = 4_021_653_318;
const connectMs = 10_000;
/**
 * A migration that stands still lets go of its locks, for which everybody waits; and one that waits for somebody's lock
 * has everybody after it wait, so it gives up. How long it may work is not bounded.
 */
const idleBound = 'set local idle_in_transaction_session_timeout = 10000';
const lockBound = 'set local lock_timeout = 10000';
const ledger = `create table if not exists schema_migrations (
  id text primary key,
  breaking boolean not null,
  digest text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Brings a database up to this release's schema, all or nothing, and says which migrations were applied.
 * Two of these at once wait for each other. Throws when an applied migration was edited afterwards, and when somebody
 * holds on to a table for ten seconds: it can be run again then.
 */
export async function migrateDatabase(url: string): Promise<readonly string[]> {
  const migrations = await readMigrations();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
  });
  // What is asked on a broken connection fails by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`begin; ${idleBound}`);
    await client.query('select pg_advisory_xact_lock($1)', [lockKey]);
    await client.query(lockBound);
    await client.query(ledger);
    const { rows } = await client.query<AppliedMigration>(
      'select id, digest from schema_migrations',
    );
    const pending = pendingOf(migrations, rows);
    for (const migration of pending) await apply(client, migration);
    await client.query('select ensure_log_generation()');
    await client.query('commit');
    return pending.map((migration) => migration.id);
  } finally {
    await client.end();
  }
}

interface AppliedMigration {
  readonly id: string;
  readonly digest: string;
}

function pendingOf(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const digests = new Map(applied.map((row) => [row.id, row.digest]));
  return migrations.filter((migration) => {
    const digest = digests.get(migration.id);
    if (digest !== undefined && digest !== migration.digest) {
      throw new Error(`migration ${migration.id} was changed after it had been applied`);
    }
    return digest === undefined;
  });
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (const statement of migration.statements) await client.query(statement);
  await client.query('insert into schema_migrations (id, breaking, digest) values ($1, $2, $3)', [
    migration.id,
    migration.breaking,
    migration.digest,
  ]);
}
