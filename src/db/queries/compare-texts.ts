import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { folded } from '../schema/columns.js';

/** A column of names of which each is there once, with what tells older rows apart. */
interface NamedTable {
  readonly name: PgColumn;
  readonly namesake: PgColumn;
}

/** A caller's text in the form of `folded`, made once a statement, and by Postgres like that of what it is compared with. */
export function foldedText(text: string): SQL {
  return sql`(select fold_text(${text}::text))`;
}

/** Whether a text is this one (3.20). An index on the `folded` column is used. */
export function isSameText(texts: PgColumn | SQL, text: string): SQL {
  return sql`${folded(texts)} = ${foldedText(text)}`;
}

/** Whether a text has this one in it (3.20). No character of it has a meaning of its own. */
export function holdsText(texts: PgColumn | SQL, part: string): SQL {
  return holdsFolded(folded(texts), part);
}

/** The same for a text that is kept in the form of `folded`. */
export function holdsFolded(foldedTexts: PgColumn | SQL, part: string): SQL {
  return sql`position(${foldedText(part)} in ${foldedTexts}) > 0`;
}

/** Rows of this name, the one that is written in the same way first. */
export function sameWritingFirst(name: PgColumn, wanted: string): SQL {
  return sql`${name} = ${wanted} desc`;
}

/**
 * What a renamed row is set to. Rows that had the same name as others before names were compared like this keep it until they
 * get another one, which nobody may have.
 */
export function renamed(
  table: NamedTable,
  name: string | undefined,
): { readonly name?: string; readonly namesake?: SQL } {
  if (name === undefined) return {};
  const { name: before, namesake } = table;
  return { name, namesake: sql`case when ${before} = ${name} then ${namesake} else 0 end` };
}
