import {
  foreignKey,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { accountId, instant } from './columns.js';
import { users } from './users.js';

/** An address that sequence emails go out from. The SMTP password is kept encrypted. */
export const mailboxes = pgTable(
  'mailboxes',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    userId: uuid('user_id').notNull(),
    /** A team address of the shared inbox cannot send sequence emails (ENR-05). */
    kind: text('kind', { enum: ['personal', 'team'] }).notNull(),
    address: text('address').notNull(),
    addressNormalized: text('address_normalized').notNull(),
    displayName: text('display_name').notNull(),
    smtpHost: text('smtp_host').notNull(),
    smtpPort: integer('smtp_port').notNull(),
    smtpSecurity: text('smtp_security', { enum: ['none', 'starttls', 'tls'] }).notNull(),
    smtpUsername: text('smtp_username'),
    smtpPasswordEncrypted: text('smtp_password_encrypted'),
    state: text('state', { enum: ['connected', 'disconnected'] }).notNull(),
    /** The mailbox's own limit, lower than the account's; null where the account's limit counts. */
    perMinute: integer('per_minute'),
    perDay: integer('per_day'),
    /**
     * How it is warmed up: how many emails in 24 hours at first, how many more each day, and since when; null for not
     * at all.
     */
    rampStartPerDay: integer('ramp_start_per_day'),
    rampIncreasePerDay: integer('ramp_increase_per_day'),
    rampStartedAt: instant('ramp_started_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** When it was erased with its user: what is left is a shell, for the mails that it sent. */
    erasedAt: instant('erased_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('mailboxes_address').on(table.accountId, table.addressNormalized),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
