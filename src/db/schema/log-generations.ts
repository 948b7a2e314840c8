import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * The clusters and timelines that the log was written in, one after the other; written by `ensure_log_generation()`. A
 * generation is the second in which it began (Unix time), so that one which a restore has lost is never counted again.
 */
export const logGenerations = pgTable('log_generations', {
  generation: bigint('generation', { mode: 'number' }).primaryKey(),
  /** `<system identifier>/<timeline>`. */
  cluster: text('cluster').notNull(),
  begunAt: timestamp('begun_at', { precision: 3, withTimezone: true }).notNull().defaultNow(),
});
