import { ilike, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** Whether a text has this one in it, in whatever capitals. No character of it has a meaning of its own. */
export function holdsText(texts: PgColumn | SQL, part: string): SQL {
  return ilike(texts, `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}
