import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.js';

/** An account is a tenant. Nothing is ever visible across accounts. */
export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  /** What the account has switched on, such as `linkedin_sales_navigator` (SEQ-08). */
  capabilities: text('capabilities').array().notNull(),
  createdAt: instant('created_at').notNull(),
});
