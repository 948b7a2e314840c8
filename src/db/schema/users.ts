import { boolean, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/** A person who enrolls, sends or works tasks. */
export const users = pgTable(
  'users',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    externalId: text('external_id'),
    email: text('email').notNull(),
    emailNormalized: text('email_normalized').notNull(),
    name: text('name').notNull(),
    timeZone: text('time_zone').notNull(),
    role: text('role', { enum: ['admin', 'member'] }).notNull(),
    /** An assigned Sales or Service seat (ENR-03). */
    hasSeat: boolean('has_seat').notNull(),
    /** Permissions held one by one (SHR-07), such as `sequences` (ENR-06). */
    permissions: text('permissions').array().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** Since when they cannot act or be chosen; null for one who can. */
    deactivatedAt: instant('deactivated_at'),
    /** When they were erased: what is left is a shell without personal data, for what they sent, made and worked. */
    erasedAt: instant('erased_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('users_email').on(table.accountId, table.emailNormalized),
    uniqueIndex('users_external_id').on(table.accountId, table.externalId),
  ],
);
