import { sql } from 'drizzle-orm';
import { foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { reminderStates } from '../../domain/task/reminder.js';
import { accountId, instant } from './columns.js';
import { tasks } from './tasks.js';

/** Mails that remind an assignee of a new task: at most one per task, written with the task itself (TSK-05). */
export const taskReminders = pgTable(
  'task_reminders',
  {
    accountId: accountId(),
    taskId: uuid('task_id').notNull(),
    /** When it goes out, or is tried again. */
    at: instant('at').notNull(),
    state: text('state', { enum: reminderStates }).notNull(),
    attempts: integer('attempts').notNull(),
    /** Only the holder of the newest fence may move the row on. */
    fence: integer('fence').notNull(),
    leaseUntil: instant('lease_until'),
    /** The Message-ID of its mail, the same for each attempt; null before the first. */
    messageId: text('message_id'),
    /** The codes of the server's reply: its text may name people. */
    smtpReply: text('smtp_reply'),
    settledAt: instant('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.taskId] }),
    index('task_reminders_open')
      .on(table.at)
      .where(sql`state in ('waiting', 'connecting', 'in_data')`),
    foreignKey({
      columns: [table.accountId, table.taskId],
      foreignColumns: [tasks.accountId, tasks.id],
    }),
  ],
);
