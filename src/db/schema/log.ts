import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Actor, Cause, LogFacts } from '../../domain/enrollment/log.js';
import type { LogSubject } from '../../domain/log/names.js';
import { accountId, instant, xid8 } from './columns.js';

// What the trigger `place_in_log` gives a row; without it the row is refused.
const bySystem = () => sql`null`;

/**
 * The one log: append-only, ids and codes only and no personal data, in one order that a reader can follow
 * (db/queries/log.ts). It points to its subjects without keeping them.
 */
export const logEntries = pgTable(
  'log',
  {
    /** The position: see `LogPosition`. */
    generation: bigint('generation', { mode: 'number' }).notNull().$defaultFn(bySystem),
    /** The transaction that wrote it, or a later one that had written of the same subject before. */
    xact: xid8('xact').notNull().$defaultFn(bySystem),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    accountId: accountId(),
    /** What it is about, and its id, which is unique across all kinds of subjects. */
    subject: text('subject').$type<LogSubject>().notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** Orders what happened to one subject: of an enrollment 1, 2, 3 and so on without gaps, of others `id`. */
    number: bigint('number', { mode: 'number' }).notNull().$defaultFn(bySystem),
    at: instant('at').notNull(),
    type: text('type').notNull(),
    stepId: text('step_id'),
    cause: jsonb('cause').$type<Cause>().notNull(),
    actor: jsonb('actor').$type<Actor>().notNull(),
    data: jsonb('data').$type<LogFacts>().notNull(),
    /** The message that did it; a message takes effect once on an enrollment. */
    messageId: text('message_id'),
  },
  (table) => [
    primaryKey({ columns: [table.generation, table.xact, table.id] }),
    index('log_of_account').on(table.accountId, table.generation, table.xact, table.id),
    uniqueIndex('log_of_subject').on(table.accountId, table.subjectId, table.number),
    uniqueIndex('log_message')
      .on(table.accountId, table.subjectId, table.messageId)
      .where(sql`message_id is not null`),
  ],
);
