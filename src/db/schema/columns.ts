import { sql, type SQL } from 'drizzle-orm';
import { customType, integer, uuid, type PgColumn } from 'drizzle-orm/pg-core';

/** `timestamptz`, read and written as an ISO-8601 UTC string with milliseconds. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  fromDriver: (value) => new Date(value).toISOString(),
});

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
});

/** The id of a transaction, which never comes again in a cluster, as a text. */
export const xid8 = customType<{ data: string; driverData: string }>({
  dataType: () => 'xid8',
});

/** The tenant that a row belongs to; every key and every foreign key begins with it. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the builder's type is what drizzle infers columns from
export const accountId = () => uuid('account_id').notNull();

/** Texts in the form in which they are compared (3.20): `fold` of the domain. */
export const folded = (texts: PgColumn | SQL): SQL => sql`fold_text(${texts})`;

/**
 * 0, but for rows that had the same name as older ones in other letters before such names were refused: these are told apart
 * by it until they are renamed.
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the builder's type is what drizzle infers columns from
export const namesake = () => integer('namesake').notNull().default(0);
