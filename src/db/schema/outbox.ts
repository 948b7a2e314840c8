import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { TargetKind } from '../../contract/outbox.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { accountId, instant } from './columns.js';

/**
 * Words that Temporal is owed, whatever their target. Each is written with the change itself and deleted when it has
 * been told. Words for one target are told in the order of their ids.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: accountId(),
    targetKind: text('target_kind').$type<TargetKind>().notNull(),
    targetId: uuid('target_id').notNull(),
    /** What its run is told; null starts it. */
    message: jsonb('message').$type<EnrollmentMessage>(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
    /** How often it could not be told. */
    tries: integer('tries').notNull().default(0),
    /** When a sweeper may first tell it; until then the word is left to its writer. */
    nextTryAt: instant('next_try_at')
      .notNull()
      .default(sql`clock_timestamp() + interval '5 seconds'`),
    /** Why the latest attempt to tell it failed, as a code. */
    lastError: text('last_error'),
  },
  // No index on `next_try_at`: without one a page is always found by following the ids.
  (table) => [
    index('outbox_by_target').on(table.accountId, table.targetKind, table.targetId, table.id),
    index('outbox_by_account').on(table.accountId, table.id),
  ],
);
