import { sql } from 'drizzle-orm';
import {
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { sendStates } from '../../domain/sending/email-state.js';
import { accountId, bytes, instant } from './columns.js';
import { enrollments } from './enrollments.js';
import { mailboxes } from './mailboxes.js';

/** The send ledger: one send per (enrollment, step), however often it is retried. */
export const emailSends = pgTable(
  'email_sends',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    enrollmentId: uuid('enrollment_id').notNull(),
    stepId: text('step_id').notNull(),
    mailboxId: uuid('mailbox_id').notNull(),
    recipient: text('recipient').notNull(),
    state: text('state', { enum: sendStates }).notNull(),
    messageId: text('message_id').notNull(),
    /** The id that the provider put in its place, as the recipient sees it. */
    serverMessageId: text('server_message_id'),
    subject: text('subject').notNull(),
    inReplyTo: text('in_reply_to'),
    references: text('references').array().notNull(),
    /** The bytes that go out, rendered once; none once its text is erased. */
    raw: bytes('raw').notNull(),
    /** The SHA-256 of the bytes, in hex, once they are erased. */
    rawSha256: text('raw_sha256'),
    /**
     * When the text, the recipient and the server's reply were erased: since its time is over, or its contact or sender was
     * erased. The subject goes with them, or stays as long as a later email may answer this one.
     */
    textErasedAt: instant('text_erased_at'),
    reservedAt: instant('reserved_at').notNull(),
    attempts: integer('attempts').notNull(),
    /** Only the holder of the newest fence may move the row on. */
    fence: integer('fence').notNull(),
    leaseUntil: instant('lease_until'),
    smtpReply: text('smtp_reply'),
    settledAt: instant('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('email_sends_one_per_step').on(table.accountId, table.enrollmentId, table.stepId),
    index('email_sends_by_message_id').on(table.messageId),
    // How a sweeper finds what is to be erased; see `queries/mail-texts.ts`. None of its columns changes while a mail is sent.
    index('email_sends_with_text')
      .on(table.accountId, table.mailboxId, table.reservedAt)
      .where(sql`text_erased_at is null or subject <> ''`),
    foreignKey({
      columns: [table.accountId, table.enrollmentId],
      foreignColumns: [enrollments.accountId, enrollments.id],
    }),
    foreignKey({
      columns: [table.accountId, table.mailboxId],
      foreignColumns: [mailboxes.accountId, mailboxes.id],
    }),
  ],
);
