import {
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Actor, Cause, LogData } from '../../domain/enrollment/log.js';
import { accountId, instant } from './columns.js';
import { enrollments } from './enrollments.js';

/** The one log: append-only, numbered per enrollment without gaps, ids only and no personal data. */
export const enrollmentEvents = pgTable(
  'enrollment_events',
  {
    accountId: accountId(),
    enrollmentId: uuid('enrollment_id').notNull(),
    number: integer('number').notNull(),
    at: instant('at').notNull(),
    type: text('type').notNull(),
    stepId: text('step_id'),
    cause: jsonb('cause').$type<Cause>().notNull(),
    actor: jsonb('actor').$type<Actor>().notNull(),
    data: jsonb('data').$type<LogData>().notNull(),
    /** The message that did it; a message takes effect once. */
    messageId: text('message_id'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.enrollmentId, table.number] }),
    uniqueIndex('enrollment_events_message').on(
      table.accountId,
      table.enrollmentId,
      table.messageId,
    ),
    foreignKey({
      columns: [table.accountId, table.enrollmentId],
      foreignColumns: [enrollments.accountId, enrollments.id],
    }),
  ],
);
