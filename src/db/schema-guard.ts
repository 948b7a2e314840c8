import { sql } from 'drizzle-orm';
import type { Db } from './client.js';
import { readMigrations } from './migrations.js';

export type SchemaVerdict =
  | { readonly kind: 'ok'; readonly newerSafe: readonly string[] }
  | { readonly kind: 'too_old'; readonly missing: readonly string[] }
  | { readonly kind: 'too_new'; readonly breaking: readonly string[] };

/**
 * Whether this release can work on the database's schema. It cannot work on an older schema, nor on one with a breaking
 * migration that it does not know. A newer safe migration is named and tolerated.
 */
export async function judgeSchema(db: Db): Promise<SchemaVerdict> {
  const known = new Set((await readMigrations()).map((migration) => migration.id));
  const applied = await appliedMigrations(db);
  const appliedIds = new Set(applied.map((row) => row.id));
  const missing = [...known].filter((id) => !appliedIds.has(id));
  if (missing.length > 0) return { kind: 'too_old', missing };
  const newer = applied.filter((row) => !known.has(row.id));
  const breaking = newer.filter((row) => row.breaking).map((row) => row.id);
  if (breaking.length > 0) return { kind: 'too_new', breaking };
  return { kind: 'ok', newerSafe: newer.map((row) => row.id) };
}

async function appliedMigrations(
  db: Db,
): Promise<readonly { readonly id: string; readonly breaking: boolean }[]> {
  const exists = await db.execute<{ readonly found: boolean }>(
    sql`select to_regclass('schema_migrations') is not null as found`,
  );
  if (exists.rows[0]?.found !== true) return [];
  const { rows } = await db.execute<{ readonly id: string; readonly breaking: boolean }>(
    sql`select id, breaking from schema_migrations`,
  );
  return rows;
}
