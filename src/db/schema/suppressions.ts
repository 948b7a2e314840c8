import { sql } from 'drizzle-orm';
import { check, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Actor } from '../../domain/enrollment/log.js';
import { suppressionReasons } from '../../domain/enrollment/suppression.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

const quoted = sql.raw(suppressionReasons.map((reason) => `'${reason}'`).join(', '));

/** Addresses and domains that must not be written to. A suppression belongs to the address, not to the contact. */
export const suppressions = pgTable(
  'suppressions',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id')
      .notNull()
      .default(sql`gen_random_uuid()`),
    /**
     * The normalised address; for `blocked_domain` a domain, in ASCII and lower case. Of an erased contact a digest, by which
     * the address is recognised and which does not tell it.
     */
    address: text('address').notNull(),
    reason: text('reason', { enum: suppressionReasons }).notNull(),
    note: text('note'),
    createdBy: jsonb('created_by')
      .$type<Actor>()
      .notNull()
      .default(sql`'{"kind":"system"}'::jsonb`),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.address, table.reason] }),
    uniqueIndex('suppressions_id').on(table.accountId, table.id),
    check('suppressions_reason', sql`${table.reason} in (${quoted})`),
  ],
);
