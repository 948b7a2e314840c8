import { pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, folded, instant, namesake } from './columns.js';

/** A named pile of tasks that are worked one after the other (TSK-09). */
export const taskQueues = pgTable(
  'task_queues',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    namesake: namesake(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('task_queues_name').on(table.accountId, table.name),
    uniqueIndex('task_queues_folded_name').on(table.accountId, folded(table.name), table.namesake),
  ],
);
