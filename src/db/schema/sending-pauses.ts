import { foreignKey, pgTable, primaryKey, unique, uuid } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';
import { sequences } from './sequences.js';
import { users } from './users.js';

/**
 * What is paused as a whole: a sequence for the enrollments of one user; a sequence for all; or, with neither, the
 * account.
 */
export const sendingPauses = pgTable(
  'sending_pauses',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    sequenceId: uuid('sequence_id'),
    /** Whose enrollments it pauses; null for all. */
    userId: uuid('user_id'),
    pausedAt: instant('paused_at').notNull(),
    /** Who paused; null for a key that named nobody. */
    pausedById: uuid('paused_by_id'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    unique('sending_pauses_one_each')
      .on(table.accountId, table.sequenceId, table.userId)
      .nullsNotDistinct(),
    foreignKey({
      columns: [table.accountId, table.sequenceId],
      foreignColumns: [sequences.accountId, sequences.id],
    }),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.pausedById],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
