import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type { MessageText } from '../../domain/message/render-message.js';
import { sendDelays, taskEmailStates } from '../../domain/task/task-email.js';
import { accountId, instant } from './columns.js';
import { tasks } from './tasks.js';
import { users } from './users.js';

/**
 * The email that a user sent from a manual email task: at most one per task at a time, the latest try. The mail itself
 * is in the send ledger, like any other of its enrollment.
 */
export const taskEmails = pgTable(
  'task_emails',
  {
    accountId: accountId(),
    taskId: uuid('task_id').notNull(),
    /** Counts the tries of users; each has a workflow of its own. */
    number: integer('number').notNull(),
    state: text('state', { enum: taskEmailStates }).notNull(),
    /** What is to be sent, its tokens resolved; null as soon as the mail is in the ledger. */
    content: jsonb('content').$type<MessageText>(),
    recipient: text('recipient').notNull(),
    requestedById: uuid('requested_by_id').notNull(),
    requestedAt: instant('requested_at').notNull(),
    /** When it is tried again. */
    nextAt: instant('next_at'),
    /** Why it is tried again, while it is `deferred`; null when an earlier release put it off. */
    rule: text('rule', { enum: sendDelays }),
    serverReply: text('server_reply'),
    settledAt: instant('settled_at'),
    /** From when on its run counts as late: later than it was due once a sweeper has looked after it. */
    lateFrom: instant('late_from'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.taskId] }),
    index('task_emails_by_lateness')
      .on(sql`greatest(coalesce(next_at, requested_at), late_from)`)
      .where(sql`state in ('sending', 'deferred')`),
    check('task_emails_next', sql`(${table.nextAt} is not null) = (${table.state} = 'deferred')`),
    foreignKey({
      columns: [table.accountId, table.taskId],
      foreignColumns: [tasks.accountId, tasks.id],
    }),
    foreignKey({
      columns: [table.accountId, table.requestedById],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
