import {
  boolean,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { stepKinds, taskPriorities } from '../../domain/sequence/step.js';
import { accountId, instant } from './columns.js';
import { enrollments } from './enrollments.js';
import { taskQueues } from './task-queues.js';
import { users } from './users.js';

/** Work for a person, made by a step; one per (enrollment, step). */
export const tasks = pgTable(
  'tasks',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    enrollmentId: uuid('enrollment_id').notNull(),
    stepId: text('step_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    assigneeId: uuid('assignee_id').notNull(),
    kind: text('kind', { enum: stepKinds }).notNull(),
    title: text('title').notNull(),
    notes: text('notes').notNull(),
    priority: text('priority', { enum: taskPriorities }).notNull(),
    queueId: uuid('queue_id'),
    waitsForCompletion: boolean('waits_for_completion').notNull(),
    state: text('state', { enum: ['open', 'completed', 'cancelled'] }).notNull(),
    createdAt: instant('created_at').notNull(),
    dueAt: instant('due_at').notNull(),
    closedAt: instant('closed_at'),
    closedById: uuid('closed_by_id'),
    /** The id of the outcome that it was completed with, which the account may have taken away since; null without one. */
    outcome: text('outcome'),
    /** What was noted when it was completed, formatted; null without. */
    note: text('note'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('tasks_one_per_step').on(table.accountId, table.enrollmentId, table.stepId),
    index('tasks_by_due').on(table.accountId, table.state, table.dueAt, table.id),
    index('tasks_by_queue').on(table.accountId, table.queueId, table.state, table.dueAt, table.id),
    foreignKey({
      columns: [table.accountId, table.queueId],
      foreignColumns: [taskQueues.accountId, taskQueues.id],
    }),
    foreignKey({
      columns: [table.accountId, table.enrollmentId],
      foreignColumns: [enrollments.accountId, enrollments.id],
    }),
    foreignKey({
      columns: [table.accountId, table.assigneeId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
