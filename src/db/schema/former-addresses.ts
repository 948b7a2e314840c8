import { foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { accountId } from './columns.js';
import { contacts } from './contacts.js';

/**
 * The addresses that a contact had before its present one, each as a digest, so that what stands against them is found when
 * the contact is exported or erased, and a reply from one of them. They are deleted with its personal data.
 */
export const formerAddresses = pgTable(
  'former_addresses',
  {
    accountId: accountId(),
    contactId: uuid('contact_id').notNull(),
    /** As suppressions have it of an erased contact. */
    digest: text('digest').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.contactId, table.digest] }),
    index('former_addresses_by_digest').on(table.accountId, table.digest),
    foreignKey({
      columns: [table.accountId, table.contactId],
      foreignColumns: [contacts.accountId, contacts.id],
    }),
  ],
);
