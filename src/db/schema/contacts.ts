import { sql } from 'drizzle-orm';
import {
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Properties } from '../../domain/property/property.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';
import { companies } from './companies.js';
import { users } from './users.js';

/** A person who is written to. A contact may lack an address, but cannot be enrolled without one (ENR-24). */
export const contacts = pgTable(
  'contacts',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    externalId: text('external_id'),
    email: text('email'),
    emailNormalized: text('email_normalized'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    /** First and last name in the form in which texts are compared. */
    foldedName: text('folded_name').generatedAlwaysAs(
      sql`fold_text(coalesce(first_name || ' ' || last_name, first_name, last_name))`,
    ),
    timeZone: text('time_zone'),
    companyId: uuid('company_id'),
    ownerId: uuid('owner_id'),
    /** Free properties, each usable as a token `{{contact.<name>}}`. */
    properties: jsonb('properties').$type<Properties>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** When it was deleted: what is left is a shell without personal data, for the history of its enrollments. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('contacts_email').on(table.accountId, table.emailNormalized),
    uniqueIndex('contacts_external_id').on(table.accountId, table.externalId),
    index('contacts_by_update').on(table.accountId, table.updatedAt, table.id),
    index('contacts_company').on(table.accountId, table.companyId),
    foreignKey({
      columns: [table.accountId, table.companyId],
      foreignColumns: [companies.accountId, companies.id],
    }),
    foreignKey({
      columns: [table.accountId, table.ownerId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
