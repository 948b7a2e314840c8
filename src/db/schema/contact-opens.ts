import { boolean, foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { accountId, instant } from './columns.js';
import { contacts } from './contacts.js';
import { enrollments } from './enrollments.js';

/**
 * When contacts opened mails, as reported, once per event id of the caller (REP-07). It is deleted with the contact's
 * personal data when the contact is deleted.
 */
export const contactOpens = pgTable(
  'contact_opens',
  {
    accountId: accountId(),
    /** The caller's id of the event. */
    eventId: text('event_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    /** The enrollment whose mail was opened, if the report names it. */
    enrollmentId: uuid('enrollment_id'),
    openedAt: instant('opened_at').notNull(),
    /**
     * Opened by a machine, such as a proxy that fetches images ahead: kept apart, and not used to choose send times.
     */
    automatic: boolean('automatic').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.eventId] }),
    index('contact_opens_by_contact').on(
      table.accountId,
      table.contactId,
      table.automatic,
      table.openedAt,
    ),
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
