import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { EnrollmentOverrides } from '../../domain/enrollment/choices.js';
import { enrollmentReasons, enrollmentStates, liveStates } from '../../domain/enrollment/state.js';
import type { Why } from '../../domain/time/types.js';
import { bulkEnrollments } from './bulk-enrollments.js';
import { accountId, instant } from './columns.js';
import { contacts } from './contacts.js';
import { mailboxes } from './mailboxes.js';
import { sequenceVersions } from './sequences.js';
import { users } from './users.js';

const quoted = (values: readonly string[]) =>
  sql.raw(values.map((value) => `'${value}'`).join(', '));

/** The row that holds the truth about an enrollment: state, next action, its time, and why. */
export const enrollments = pgTable(
  'enrollments',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    sequenceId: uuid('sequence_id').notNull(),
    sequenceVersion: integer('sequence_version').notNull(),
    contactId: uuid('contact_id').notNull(),
    senderId: uuid('sender_id').notNull(),
    mailboxId: uuid('mailbox_id').notNull(),
    enrolledById: uuid('enrolled_by_id').notNull(),
    taskAssigneeId: uuid('task_assignee_id').notNull(),
    timeZone: text('time_zone').notNull(),
    /** The kind of its source, and which one; earlier releases allowed any text. */
    source: text('source').notNull(),
    sourceId: text('source_id'),
    /** The batch that it was enrolled with, whose pace its first email keeps (LIM-07). */
    bulkId: uuid('bulk_id'),
    /** What differs from its sequence; null for nothing. */
    overrides: jsonb('overrides').$type<EnrollmentOverrides>(),
    /**
     * The step that it was to begin with, and the ids of the earlier steps, which it never runs; null for the first.
     */
    startStepId: text('start_step_id'),
    stepsBeforeStart: jsonb('steps_before_start').$type<readonly string[]>(),
    /** When the first step was to run; null for at once. */
    firstStepAt: instant('first_step_at'),
    state: text('state', { enum: enrollmentStates }).notNull(),
    reason: text('reason', { enum: enrollmentReasons }),
    /** The step that runs next, or whose task is awaited; null when ended. */
    stepId: text('step_id'),
    stepPosition: integer('step_position'),
    /** When the next step is due; null while a person is waited for. */
    nextAt: instant('next_at'),
    why: jsonb('why').$type<readonly Why[]>().notNull(),
    /** When the latest step ran, or its required task was completed; the next delay counts from here. */
    lastDoneAt: instant('last_done_at'),
    /**
     * The wall clock that its follow-up emails are wanted at, in milliseconds past 00:00 of its zone; null in rows of earlier
     * releases, which keep that of `last_done_at`.
     */
    wantedClockMs: integer('wanted_clock_ms'),
    /** What a pause keeps: the state before it, and the unused rest of the delay. */
    pausedState: text('paused_state', { enum: ['scheduled', 'active', 'waiting_task'] }),
    restMs: bigint('rest_ms', { mode: 'number' }),
    /** When a pause ends by itself; null when it lasts until somebody lifts it. */
    pausedUntil: instant('paused_until'),
    /**
     * When it was moved to another version; null while it runs the version it began with, step by step in its order.
     */
    versionChangedAt: instant('version_changed_at'),
    /** How many rows of the log belong to this enrollment, which is also the number of the latest. */
    eventCount: integer('event_count').notNull(),
    enrolledAt: instant('enrolled_at').notNull(),
    changedAt: instant('changed_at').notNull(),
    endedAt: instant('ended_at'),
    /** From when on it counts as late: later than it was due once a sweeper has looked after its run. */
    lateFrom: instant('late_from'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('enrollments_one_live_per_contact')
      .on(table.accountId, table.contactId)
      .where(sql`state in (${quoted(liveStates)})`),
    index('enrollments_by_change').on(table.accountId, table.changedAt, table.id),
    index('enrollments_by_sequence').on(table.accountId, table.sequenceId, table.state),
    index('enrollments_by_contact').on(table.accountId, table.contactId),
    // How a sweeper finds what is late; see `queries/late-runs.ts`.
    index('enrollments_by_lateness')
      .on(sql`greatest(coalesce(next_at, paused_until), late_from)`)
      .where(sql`state in (${quoted(liveStates)}) and coalesce(next_at, paused_until) is not null`),
    index('enrollments_by_bulk')
      .on(table.accountId, table.bulkId)
      .where(sql`bulk_id is not null`),
    check('enrollments_state', sql`${table.state} in (${quoted(enrollmentStates)})`),
    check(
      'enrollments_ended',
      sql`(${table.endedAt} is null) = (${table.state} in (${quoted(liveStates)}))`,
    ),
    foreignKey({
      columns: [table.accountId, table.sequenceId, table.sequenceVersion],
      foreignColumns: [
        sequenceVersions.accountId,
        sequenceVersions.sequenceId,
        sequenceVersions.version,
      ],
    }),
    foreignKey({
      columns: [table.accountId, table.contactId],
      foreignColumns: [contacts.accountId, contacts.id],
    }),
    foreignKey({
      columns: [table.accountId, table.senderId],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.enrolledById],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.taskAssigneeId],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.mailboxId],
      foreignColumns: [mailboxes.accountId, mailboxes.id],
    }),
    foreignKey({
      columns: [table.accountId, table.bulkId],
      foreignColumns: [bulkEnrollments.accountId, bulkEnrollments.id],
    }),
  ],
);
