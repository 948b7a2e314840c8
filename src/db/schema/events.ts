import { index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { EventEffect } from '../../domain/enrollment/log.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

export const eventTypes = ['reply', 'meeting', 'out_of_office', 'open'] as const;

/** What callers reported, once by their own event id, with the effect it had. */
export const events = pgTable(
  'events',
  {
    accountId: accountId().references(() => accounts.id),
    /** The caller's id of the event. */
    id: text('id').notNull(),
    type: text('type', { enum: eventTypes }).notNull(),
    /** A digest of the report, so that one id never stands for two events. */
    digest: text('digest').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    /** Whom it is about, and the enrollment that it was told of or stands in the timeline of. */
    contactId: uuid('contact_id'),
    enrollmentId: uuid('enrollment_id'),
    effects: jsonb('effects').$type<readonly EventEffect[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('events_in_order').on(table.accountId, table.occurredAt, table.id),
    index('events_by_contact').on(table.accountId, table.contactId, table.occurredAt),
    index('events_by_enrollment').on(table.accountId, table.enrollmentId, table.occurredAt),
  ],
);
