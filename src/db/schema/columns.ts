import { customType, uuid } from 'drizzle-orm/pg-core';

/** `timestamptz`, read and written as an ISO-8601 UTC string with milliseconds. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  fromDriver: (value) => new Date(value).toISOString(),
});

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
});

/** The tenant that owns a row; every key and every foreign key begins with it. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the builder's type is what drizzle infers columns from
export const accountId = () => uuid('account_id').notNull();
