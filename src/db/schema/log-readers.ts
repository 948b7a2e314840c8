import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { xid8 } from './columns.js';

/** How far each reader has come in the log, over all accounts. */
export const logReaders = pgTable('log_readers', {
  name: text('name').primaryKey(),
  /** The position of the last row that it read. */
  generation: bigint('generation', { mode: 'number' }).notNull(),
  xact: xid8('xact').notNull(),
  id: bigint('id', { mode: 'number' }).notNull(),
  updatedAt: timestamp('updated_at', { precision: 3, withTimezone: true }).notNull().defaultNow(),
});
