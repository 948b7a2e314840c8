import { boolean, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { defaultLimits } from '../../domain/capacity/limits.js';
import { mondayToFriday, weekdays } from '../../domain/time/types.js';
import { defaultMaxSequences } from '../../domain/sequence/validate.js';
import type { TaskOutcome } from '../../domain/task/outcome.js';
import { instant } from './columns.js';

/** An account is a tenant. Nothing is ever visible across accounts. */
export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  /** The days of its working week, in their order, for sequences that have none of their own. */
  workingDays: text('working_days', { enum: weekdays })
    .array()
    .notNull()
    .default([...mondayToFriday]),
  /** Whether texts such as "NULL" or "N/A" are values that tokens stand for; else they count as missing (ERR-09). */
  placeholdersAreValues: boolean('placeholders_are_values').notNull().default(false),
  /** Outcomes of tasks that it has besides those that are built in. */
  taskOutcomes: jsonb('task_outcomes').$type<readonly TaskOutcome[]>().notNull().default([]),
  /** Features that the account has switched on, such as `linkedin_sales_navigator` (SEQ-08). */
  capabilities: text('capabilities').array().notNull(),
  /** How many emails a mailbox may send in a clock minute and in 24 hours; a mailbox may have less. */
  mailboxPerMinute: integer('mailbox_per_minute').notNull().default(defaultLimits.mailboxPerMinute),
  mailboxPerDay: integer('mailbox_per_day').notNull().default(defaultLimits.mailboxPerDay),
  /** How many a sender may send in 24 hours, from all their mailboxes (LIM-08). */
  userPerDay: integer('user_per_day').notNull().default(defaultLimits.userPerDay),
  /**
   * How many emails from all mailboxes together may go to one domain and to one company in 24 hours; null for any
   * number.
   */
  recipientDomainPerDay: integer('recipient_domain_per_day'),
  companyPerDay: integer('company_per_day'),
  /** The most sequences that the account may have (LIM-04). */
  maxSequences: integer('max_sequences').notNull().default(defaultMaxSequences),
  /** The most templates, lists and declared properties that the account may have. */
  maxTemplates: integer('max_templates').notNull().default(5000),
  maxLists: integer('max_lists').notNull().default(1000),
  maxProperties: integer('max_properties').notNull().default(1000),
  /** The most contacts that the account may have, without deleted ones. */
  maxContacts: integer('max_contacts').notNull().default(1_000_000),
  /** Grows with each change of its settings. */
  version: integer('version').notNull().default(1),
  createdAt: instant('created_at').notNull(),
});
