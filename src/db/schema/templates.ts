import { foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { accountId, instant } from './columns.js';
import { folders } from './folders.js';
import { users } from './users.js';

/**
 * Templates that emails are written from. A sequence copies the content when it is saved, so a change here reaches no
 * sequence.
 */
export const templates = pgTable(
  'templates',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    subject: text('subject').notNull(),
    html: text('html').notNull(),
    folderId: uuid('folder_id'),
    ownerId: uuid('owner_id').notNull(),
    /** Counts its changes, from 1. */
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('templates_by_folder').on(table.accountId, table.folderId, table.id),
    foreignKey({
      columns: [table.accountId, table.folderId],
      foreignColumns: [folders.accountId, folders.id],
    }),
    foreignKey({
      columns: [table.accountId, table.ownerId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
