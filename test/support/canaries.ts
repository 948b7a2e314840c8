import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.js';

/** Texts that stand nowhere else, by what they are. */
export type Canaries = Readonly<Record<string, string>>;

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** Every column of every table, as the catalogue has them, so that a new one is looked into as well. */
async function columnsOf(db: Db): Promise<readonly Column[]> {
  const { rows } = await db.execute<{ t: string; c: string; type: string }>(sql`
    select c.relname as t, a.attname as c, format_type(a.atttypid, null) as type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    order by 1, 2`);
  return rows.map(({ t, c, type }) => ({ table: t, name: c, type }));
}

/** How a text looks in plain, in hex, and within base64, wherever in a group of three bytes it begins. */
export function formsOf(text: string): readonly string[] {
  const lower = text.toLowerCase();
  const encoded = [0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + text)
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, -4),
  );
  return [lower, Buffer.from(text).toString('hex'), ...encoded.map((each) => each.toLowerCase())];
}

/** Whether a text holds another, in whatever form. */
export function holds(haystack: string, text: string): boolean {
  const lower = haystack.toLowerCase();
  return formsOf(text).some((form) => lower.includes(form));
}

/** Where in the whole database which canaries stand: `table.column`, with the names of what was found there. */
export async function findCanaries(
  db: Db,
  canaries: Canaries,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const { table, name, type } of await columnsOf(db)) {
    const column = sql.identifier(name);
    const text = type === 'bytea' ? sql`encode(${column}, 'escape')` : sql`${column}::text`;
    const { rows } = await db.execute<{ readonly value: string }>(
      sql`select ${text} as value from ${sql.identifier(table)} where ${column} is not null`,
    );
    const all = rows.map(({ value }) => value).join('\n');
    const names = Object.keys(canaries).filter((each) => holds(all, canaries[each] ?? ''));
    if (names.length > 0) found.set(`${table}.${name}`, names.sort());
  }
  return found;
}

const textual = /^(?:text|character|jsonb?|bytea|xml|citext)/;

/**
 * The tables without a row, and of the others the columns that may hold texts and hold none: what a search for canaries has
 * not put to the test.
 */
export async function unfilled(db: Db): Promise<readonly string[]> {
  const columns = await columnsOf(db);
  const places: string[] = [];
  for (const table of new Set(columns.map((column) => column.table))) {
    if ((await db.$count(sql.identifier(table))) === 0) {
      places.push(table);
      continue;
    }
    const texts = columns.filter((each) => each.table === table && textual.test(each.type));
    for (const { name } of texts) {
      const { rows } = await db.execute(sql`select from ${sql.identifier(table)}
        where ${sql.identifier(name)}::text not in ('', '{}', '[]', '\\x') limit 1`);
      if (rows.length === 0) places.push(`${table}.${name}`);
    }
  }
  return places.sort();
}
