import { sql } from 'drizzle-orm';
import { bigint, foreignKey, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { accountId, instant } from './columns.js';
import { enrollments } from './enrollments.js';

/** What Temporal has yet to be told; written with the change itself, deleted when it has been told. */
export const workflowOutbox = pgTable(
  'workflow_outbox',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: accountId(),
    enrollmentId: uuid('enrollment_id').notNull(),
    kind: text('kind', { enum: ['start', 'message'] }).notNull(),
    message: jsonb('message').$type<EnrollmentMessage>(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    index('workflow_outbox_by_enrollment').on(table.accountId, table.enrollmentId, table.id),
    foreignKey({
      columns: [table.accountId, table.enrollmentId],
      foreignColumns: [enrollments.accountId, enrollments.id],
    }),
  ],
);
