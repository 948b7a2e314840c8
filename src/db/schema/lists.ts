import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Filter } from '../../domain/segment/filter.js';
import { listKinds } from '../../domain/segment/selection.js';
import { accounts } from './accounts.js';
import { accountId, folded, instant, namesake } from './columns.js';
import { contacts } from './contacts.js';
import { users } from './users.js';

const quoted = sql.raw(listKinds.map((kind) => `'${kind}'`).join(', '));

/**
 * Named sets of contacts. A static list has members; an active one has a filter that decides, when asked, who is in it.
 */
export const lists = pgTable(
  'lists',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    kind: text('kind', { enum: listKinds }).notNull(),
    name: text('name').notNull(),
    namesake: namesake(),
    ownerId: uuid('owner_id'),
    filter: jsonb('filter').$type<Filter>(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('lists_name').on(table.accountId, table.name),
    uniqueIndex('lists_folded_name').on(table.accountId, folded(table.name), table.namesake),
    check('lists_kind', sql`${table.kind} in (${quoted})`),
    check('lists_filter', sql`(${table.kind} = 'active') = (${table.filter} is not null)`),
    foreignKey({
      columns: [table.accountId, table.ownerId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);

/** Who is in a static list. */
export const listMembers = pgTable(
  'list_members',
  {
    accountId: accountId(),
    listId: uuid('list_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    addedAt: instant('added_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.listId, table.contactId] }),
    index('list_members_by_contact').on(table.accountId, table.contactId),
    foreignKey({
      columns: [table.accountId, table.listId],
      foreignColumns: [lists.accountId, lists.id],
    }),
    foreignKey({
      columns: [table.accountId, table.contactId],
      foreignColumns: [contacts.accountId, contacts.id],
    }),
  ],
);
