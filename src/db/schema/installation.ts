import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, uuid } from 'drizzle-orm/pg-core';

/**
 * Which installation this database is, in one row that the migration made. Its runs carry the id, so that another
 * installation that shares their namespace lets them alone. A restore keeps it.
 */
export const installation = pgTable(
  'installation',
  {
    /** Always true: there is one row. */
    only: boolean('only').primaryKey().default(true),
    id: uuid('id')
      .notNull()
      .default(sql`gen_random_uuid()`),
  },
  (table) => [check('installation_only', sql`${table.only}`)],
);
