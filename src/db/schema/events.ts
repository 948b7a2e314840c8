import { jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { EventEffect } from '../../domain/enrollment/log.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/** What callers reported, once by their own event id, with the effect it had. */
export const events = pgTable(
  'events',
  {
    accountId: accountId().references(() => accounts.id),
    /** The caller's id of the event. */
    id: text('id').notNull(),
    type: text('type', { enum: ['reply', 'meeting', 'out_of_office', 'open'] }).notNull(),
    /** A digest of the report, so that one id never stands for two events. */
    digest: text('digest').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    effects: jsonb('effects').$type<readonly EventEffect[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
);
