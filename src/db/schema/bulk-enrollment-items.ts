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
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bulkItemStates, type BulkChoices, type ItemRefusal } from '../../domain/bulk/bulk.js';
import { bulkEnrollments } from './bulk-enrollments.js';
import type { EnrollmentSource } from '../../domain/enrollment/source.js';
import { accountId, instant } from './columns.js';
import { contacts } from './contacts.js';
import { enrollments } from './enrollments.js';

/**
 * One contact of a batch and what became of it. A contact is in a batch at most once, and is enrolled by it at most
 * once.
 */
export const bulkEnrollmentItems = pgTable(
  'bulk_enrollment_items',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    bulkId: uuid('bulk_id').notNull(),
    /** Its place in the batch, from 0: contacts are enrolled in this order. */
    index: integer('index').notNull(),
    contactId: uuid('contact_id').notNull(),
    overrides: jsonb('overrides').$type<BulkChoices>().notNull(),
    /** The selection that the contact came from; null when it was named. */
    source: jsonb('source').$type<EnrollmentSource>(),
    state: text('state', { enum: bulkItemStates }).notNull(),
    refusal: jsonb('refusal').$type<ItemRefusal>(),
    enrollmentId: uuid('enrollment_id'),
    /** When its first email goes out, as planned when it was enrolled; null when the first step sends none. */
    firstSendAt: instant('first_send_at'),
    settledAt: instant('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('bulk_enrollment_items_by_index').on(table.accountId, table.bulkId, table.index),
    uniqueIndex('bulk_enrollment_items_one_per_contact')
      .on(table.accountId, table.bulkId, table.contactId)
      .where(sql`state <> 'removed'`),
    uniqueIndex('bulk_enrollment_items_one_per_enrollment').on(table.accountId, table.enrollmentId),
    index('bulk_enrollment_items_by_state').on(
      table.accountId,
      table.bulkId,
      table.state,
      table.index,
    ),
    index('bulk_enrollment_items_by_contact').on(table.accountId, table.contactId),
    check(
      'bulk_enrollment_items_enrolled',
      sql`(${table.enrollmentId} is not null) = (${table.state} = 'enrolled')`,
    ),
    foreignKey({
      columns: [table.accountId, table.bulkId],
      foreignColumns: [bulkEnrollments.accountId, bulkEnrollments.id],
    }),
    foreignKey({
      columns: [table.accountId, table.contactId],
      foreignColumns: [contacts.accountId, contacts.id],
    }),
    foreignKey({
      columns: [table.accountId, table.enrollmentId],
      foreignColumns: [enrollments.accountId, enrollments.id],
    }),
  ],
);
