import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Holiday } from '../../domain/holiday/calendar.js';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/** Days that are no business days, for the sequences that name the calendar. */
export const holidayCalendars = pgTable(
  'holiday_calendars',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    /** Whose public holidays these are; null for dates that the account gave itself. */
    country: text('country'),
    region: text('region'),
    /** The years and the edition of the data that a snapshot of public holidays was taken from. */
    firstYear: integer('first_year'),
    lastYear: integer('last_year'),
    dataVersion: text('data_version'),
    /** In their order, each date once. */
    dates: jsonb('dates').$type<readonly Holiday[]>().notNull(),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    check(
      'holiday_calendars_snapshot',
      sql`num_nulls(${table.country}, ${table.firstYear}, ${table.lastYear}, ${table.dataVersion}) in (0, 4)`,
    ),
  ],
);
