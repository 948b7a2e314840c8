import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/** The answer to a POST, kept with the effect itself in one transaction. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    accountId: accountId().references(() => accounts.id),
    key: text('key').notNull(),
    /** A digest of method, path, query, body and acting user. */
    digest: text('digest').notNull(),
    status: integer('status').notNull(),
    body: jsonb('body').$type<unknown>(),
    location: text('location'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.key] }),
    index('idempotency_keys_by_age').on(table.createdAt),
  ],
);
