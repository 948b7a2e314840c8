import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/** Addresses that must not be written to; it belongs to the address, not to the contact. */
export const suppressions = pgTable(
  'suppressions',
  {
    accountId: accountId().references(() => accounts.id),
    address: text('address').notNull(),
    reason: text('reason', { enum: ['bounced'] }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.address, table.reason] })],
);
