import { jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Properties } from '../../domain/property/property.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

export const companies = pgTable(
  'companies',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    externalId: text('external_id'),
    name: text('name').notNull(),
    domain: text('domain'),
    properties: jsonb('properties').$type<Properties>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('companies_external_id').on(table.accountId, table.externalId),
  ],
);
