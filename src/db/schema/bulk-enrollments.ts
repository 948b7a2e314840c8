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
import { bulkKinds, bulkStates, type BulkChoices } from '../../domain/bulk/bulk.js';
import { accountId, instant } from './columns.js';
import { mailboxes } from './mailboxes.js';
import { sequences, sequenceVersions } from './sequences.js';
import { users } from './users.js';

/**
 * A batch of contacts that are enrolled together; it is a draft or confirmed. Its contacts are `bulk_enrollment_items`.
 */
export const bulkEnrollments = pgTable(
  'bulk_enrollments',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    kind: text('kind', { enum: bulkKinds }).notNull(),
    sequenceId: uuid('sequence_id').notNull(),
    /** The version that its contacts are enrolled in; null until the batch is confirmed. */
    sequenceVersion: integer('sequence_version'),
    state: text('state', { enum: bulkStates }).notNull(),
    /** The one From address of the batch (BLK-12); the mailbox is null until the first contact is enrolled. */
    senderId: uuid('sender_id').notNull(),
    mailboxId: uuid('mailbox_id'),
    taskAssigneeId: uuid('task_assignee_id'),
    /** The source of contacts that have none of their own: its kind, and which one. */
    source: text('source').notNull(),
    sourceId: text('source_id'),
    /** What becomes of a contact when the rolling 24 hours have no room for its first email. */
    onLimit: text('on_limit', { enum: ['refuse', 'defer'] }).notNull(),
    defaults: jsonb('defaults').$type<BulkChoices>().notNull(),
    /** Counts the changes of the draft and of its contacts, so that nobody confirms what they have not seen. */
    version: integer('version').notNull(),
    createdById: uuid('created_by_id').notNull(),
    confirmedById: uuid('confirmed_by_id'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    confirmedAt: instant('confirmed_at'),
    endedAt: instant('ended_at'),
    /** From when on its run counts as late: later than it was confirmed once a sweeper has looked after it. */
    lateFrom: instant('late_from'),
    /** When its turn is expected, while it waits for other batches of its account; null otherwise. */
    turnAt: instant('turn_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('bulk_enrollments_by_sequence').on(table.accountId, table.sequenceId, table.id),
    index('bulk_enrollments_by_lateness')
      .on(sql`greatest(confirmed_at, late_from)`)
      .where(sql`state = 'running'`),
    check(
      'bulk_enrollments_ended',
      sql`(${table.endedAt} is null) = (${table.state} in ('draft', 'running'))`,
    ),
    foreignKey({
      columns: [table.accountId, table.sequenceId],
      foreignColumns: [sequences.accountId, sequences.id],
    }),
    foreignKey({
      columns: [table.accountId, table.sequenceId, table.sequenceVersion],
      foreignColumns: [
        sequenceVersions.accountId,
        sequenceVersions.sequenceId,
        sequenceVersions.version,
      ],
    }),
    foreignKey({
      columns: [table.accountId, table.senderId],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.mailboxId],
      foreignColumns: [mailboxes.accountId, mailboxes.id],
    }),
    foreignKey({
      columns: [table.accountId, table.taskAssigneeId],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.createdById],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.confirmedById],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
