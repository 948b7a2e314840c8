import { sql } from 'drizzle-orm';
import { check, date, foreignKey, index, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { accountId, instant } from './columns.js';
import { users } from './users.js';

/** The leaves of users: whole days in the user's zone, the last included. */
export const userAbsences = pgTable(
  'user_absences',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    userId: uuid('user_id').notNull(),
    firstOn: date('first_on', { mode: 'string' }).notNull(),
    lastOn: date('last_on', { mode: 'string' }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('user_absences_by_user').on(table.accountId, table.userId, table.firstOn),
    check('user_absences_order', sql`${table.firstOn} <= ${table.lastOn}`),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
