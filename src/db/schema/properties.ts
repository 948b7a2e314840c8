import { sql } from 'drizzle-orm';
import { check, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { propertyObjects, propertyTypes } from '../../domain/property/property.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

const quoted = (values: readonly string[]) =>
  sql.raw(values.map((value) => `'${value}'`).join(', '));

/** What an account declares about the free properties of its contacts and companies. */
export const properties = pgTable(
  'properties',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    object: text('object', { enum: propertyObjects }).notNull(),
    name: text('name').notNull(),
    label: text('label').notNull(),
    type: text('type', { enum: propertyTypes }).notNull(),
    /** The values of an enumeration; empty for other types. */
    options: jsonb('options').$type<readonly string[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('properties_name').on(table.accountId, table.object, table.name),
    check('properties_object', sql`${table.object} in (${quoted(propertyObjects)})`),
    check('properties_type', sql`${table.type} in (${quoted(propertyTypes)})`),
  ],
);
