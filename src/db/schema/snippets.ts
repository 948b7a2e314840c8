import { integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/** Pieces of text that bodies and notes name. The text is copied into a body or note when that is saved. */
export const snippets = pgTable(
  'snippets',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    html: text('html').notNull(),
    /** Counts its changes, from 1. */
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('snippets_name').on(table.accountId, table.name),
  ],
);
