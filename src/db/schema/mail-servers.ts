import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, instant } from './columns.js';

/**
 * Mail servers of an account whose latest conversation failed before it took a mail; one that answers has no row. Each account
 * has its own, so that nobody can make the server of another rest.
 */
export const mailServers = pgTable(
  'mail_servers',
  {
    accountId: accountId().references(() => accounts.id),
    host: text('host').notNull(),
    port: integer('port').notNull(),
    security: text('security', { enum: ['none', 'starttls', 'tls'] }).notNull(),
    /** Failed conversations in a row. */
    failures: integer('failures').notNull(),
    /** How many rests in a row it was given. */
    rests: integer('rests').notNull(),
    /** Until when nothing is sent through it; then one mail tries. */
    restsUntil: instant('rests_until'),
    /** What failed last, as a code, and what the server said then. */
    reason: text('reason').notNull(),
    reply: text('reply'),
    failedAt: instant('failed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.host, table.port, table.security] })],
);
