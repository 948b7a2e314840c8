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
import { limitKinds } from '../../domain/capacity/limits.js';
import { accountId, instant } from './columns.js';
import { companies } from './companies.js';
import { enrollments } from './enrollments.js';
import { mailboxes } from './mailboxes.js';
import { users } from './users.js';

/**
 * reserved: the email goes out then, unless its enrollment ends · used: its send was claimed; counts for 24 hours ·
 * freed: its enrollment ended first; it no longer counts, and the next search for a slot beyond now deletes it.
 */
export const slotStates = ['reserved', 'used', 'freed'] as const;

const taken = sql`state <> 'freed'`;

/** When each email goes out: one slot per (enrollment, step), one email per (mailbox, minute, place). */
export const sendSlots = pgTable(
  'send_slots',
  {
    accountId: accountId(),
    enrollmentId: uuid('enrollment_id').notNull(),
    stepId: text('step_id').notNull(),
    mailboxId: uuid('mailbox_id').notNull(),
    /** The sender, whose day it counts in. */
    userId: uuid('user_id').notNull(),
    at: instant('at').notNull(),
    /** The start of the clock minute that `at` is in, and the place in it, from 1. */
    minute: instant('minute').notNull(),
    place: integer('place').notNull(),
    /** The bulk enrollment that it belongs to, whose pace it keeps. */
    paceId: uuid('pace_id'),
    /**
     * The recipient's domain and company, as far as an account may cap them; null for a free-mail provider's domain,
     * and without a company. They are written even without a cap, so that a cap that is set later counts what has gone
     * out already.
     */
    recipientDomain: text('recipient_domain'),
    companyId: uuid('company_id'),
    state: text('state', { enum: slotStates }).notNull(),
    /** The limit that moved it to a later time than asked for; null when none did. */
    heldBy: text('held_by', { enum: limitKinds }),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.enrollmentId, table.stepId] }),
    uniqueIndex('send_slots_place')
      .on(table.accountId, table.mailboxId, table.minute, table.place)
      .where(taken),
    index('send_slots_by_mailbox').on(table.accountId, table.mailboxId, table.at).where(taken),
    index('send_slots_by_user').on(table.accountId, table.userId, table.at).where(taken),
    index('send_slots_by_pace')
      .on(table.accountId, table.paceId, table.at)
      .where(sql`pace_id is not null and state <> 'freed'`),
    index('send_slots_by_recipient_domain')
      .on(table.accountId, table.recipientDomain, table.at)
      .where(sql`recipient_domain is not null and state <> 'freed'`),
    index('send_slots_by_company')
      .on(table.accountId, table.companyId, table.at)
      .where(sql`company_id is not null and state <> 'freed'`),
    index('send_slots_freed')
      .on(table.accountId, table.userId)
      .where(sql`state = 'freed'`),
    foreignKey({
      columns: [table.accountId, table.enrollmentId],
      foreignColumns: [enrollments.accountId, enrollments.id],
    }),
    foreignKey({
      columns: [table.accountId, table.mailboxId],
      foreignColumns: [mailboxes.accountId, mailboxes.id],
    }),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
    foreignKey({
      columns: [table.accountId, table.companyId],
      foreignColumns: [companies.accountId, companies.id],
    }),
  ],
);

/**
 * What the latest search for a slot found full: a search with the same wish need not look between `from` and `until`.
 * It is only a short cut and may be deleted at any time. With thousands waiting, each search goes straight to where
 * there is room.
 */
export const slotFrontiers = pgTable(
  'slot_frontiers',
  {
    accountId: accountId(),
    mailboxId: uuid('mailbox_id').notNull(),
    /** Names what was asked for: the window, its days and zone, and the pace. */
    wish: uuid('wish').notNull(),
    userId: uuid('user_id').notNull(),
    fromAt: instant('from_at').notNull(),
    untilAt: instant('until_at').notNull(),
    /** The limit that holds back those who wait there. */
    heldBy: text('held_by', { enum: limitKinds }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.mailboxId, table.wish] }),
    index('slot_frontiers_by_user').on(table.accountId, table.userId),
    foreignKey({
      columns: [table.accountId, table.mailboxId],
      foreignColumns: [mailboxes.accountId, mailboxes.id],
    }),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
