import { bigint, index, integer, pgTable } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId } from './columns.js';

/**
 * How many contacts an account has, deleted ones left out: the sum of its rows. The trigger `count_contacts` keeps them, and
 * takes a row that no other transaction holds, or a new one, so that nobody waits for it.
 */
export const contactCounts = pgTable(
  'contact_counts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: accountId().references(() => accounts.id),
    /** Contacts made less contacts deleted; it may be below 0. */
    count: integer('count').notNull(),
  },
  (table) => [index('contact_counts_by_account').on(table.accountId)],
);
