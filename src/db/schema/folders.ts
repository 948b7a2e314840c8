import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { folderKinds } from '../../domain/sequence/folder.js';
import { accounts } from './accounts.js';
import { accountId, folded, instant, namesake } from './columns.js';

const quoted = sql.raw(folderKinds.map((kind) => `'${kind}'`).join(', '));

/** Where templates or sequences are kept together; a folder holds one kind only. */
export const folders = pgTable(
  'folders',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    kind: text('kind', { enum: folderKinds }).notNull(),
    name: text('name').notNull(),
    namesake: namesake(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('folders_name').on(table.accountId, table.kind, table.name),
    uniqueIndex('folders_folded_name').on(
      table.accountId,
      table.kind,
      folded(table.name),
      table.namesake,
    ),
    check('folders_kind', sql`${table.kind} in (${quoted})`),
  ],
);
