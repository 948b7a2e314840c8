import { and, asc, eq, getTableColumns, gt, sql, type SQL } from 'drizzle-orm';
import type { SendLimits } from '../../domain/capacity/limits.js';
import type { Db, Tx } from '../client.js';
import { accounts, mailboxes, sendSlots, users } from '../schema/index.js';
import type { Instant } from '../../domain/time/types.js';
import { onlyRow } from './only-row.js';

export type Mailbox = typeof mailboxes.$inferSelect;

/** The limits in force of a mailbox, read beside its account. */
export const limitColumns = {
  mailboxPerMinute: sql<number>`least(${mailboxes.perMinute}, ${accounts.mailboxPerMinute})`,
  mailboxPerDay: sql<number>`least(${mailboxes.perDay}, ${accounts.mailboxPerDay})`,
  userPerDay: accounts.userPerDay,
};

export async function insertMailbox(
  db: Db | Tx,
  accountId: string,
  mailbox: Omit<typeof mailboxes.$inferInsert, 'accountId'>,
): Promise<Mailbox> {
  const rows = await db
    .insert(mailboxes)
    .values({ ...mailbox, accountId })
    .returning();
  return onlyRow(rows);
}

export async function findMailbox(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Mailbox | undefined> {
  const rows = await db
    .select()
    .from(mailboxes)
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)));
  return rows[0];
}

/** A mailbox that an enrollment may send from. */
export interface SendingMailbox extends Mailbox {
  readonly limits: SendLimits;
  /** Whether mailbox and owner have room in the last 24 hours and all to come: then no limit of a day is near. */
  readonly hasBudget: boolean;
}

const sending = (now: Instant) => ({
  ...getTableColumns(mailboxes),
  limits: limitColumns,
  hasBudget: sql<boolean>`not exists ${daysWorth(sql`slot.mailbox_id = ${mailboxes.id}`, limitColumns.mailboxPerDay, now)}
    and not exists ${daysWorth(sql`slot.user_id = ${mailboxes.userId}`, sql`${limitColumns.userPerDay}`, now)}`,
});

/** The slots since a day ago, without as many as make the day full but one; bounded by the limit. */
function daysWorth(whose: SQL, most: SQL, now: Instant): SQL {
  return sql`(select from ${sendSlots} slot where slot.account_id = ${mailboxes.accountId} and ${whose}
    and slot.at > ${now}::timestamptz - interval '24 hours' and slot.state <> 'freed' offset ${most} - 1)`;
}

/** A mailbox with what it may send. */
export async function findSendingMailbox(
  tx: Tx,
  accountId: string,
  id: string,
  now: Instant,
): Promise<SendingMailbox | undefined> {
  const [found] = await tx
    .select(sending(now))
    .from(mailboxes)
    .innerJoin(accounts, eq(accounts.id, mailboxes.accountId))
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)));
  return found;
}

/** Somebody's mailboxes with what they may send, in the order in which they were made. */
export async function findSendingMailboxes(
  tx: Tx,
  accountId: string,
  userId: string,
  now: Instant,
): Promise<readonly SendingMailbox[]> {
  return tx
    .select(sending(now))
    .from(mailboxes)
    .innerJoin(accounts, eq(accounts.id, mailboxes.accountId))
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.userId, userId)))
    .orderBy(asc(mailboxes.id))
    .limit(100);
}

/** Locks a mailbox and its sender, in this order, as everybody does who takes a slot. */
export async function lockSender(
  tx: Tx,
  { accountId, mailboxId, userId }: { accountId: string; mailboxId: string; userId: string },
): Promise<void> {
  await tx
    .select({ id: mailboxes.id })
    .from(mailboxes)
    .innerJoin(users, and(eq(users.accountId, mailboxes.accountId), eq(users.id, userId)))
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, mailboxId)))
    .for('no key update', { of: [mailboxes, users] });
}

/** Sets what a mailbox may send, within what the account allows; null for as much as that. */
export async function setMailboxLimits(
  tx: Tx,
  accountId: string,
  id: string,
  change: {
    readonly perMinute?: number | null | undefined;
    readonly perDay?: number | null | undefined;
    readonly updatedAt: Instant;
  },
): Promise<Mailbox | undefined> {
  const rows = await tx
    .update(mailboxes)
    .set(change)
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)))
    .returning();
  return rows[0];
}

export interface MailboxPage {
  readonly userId: string | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Mailboxes in the order in which they were made. */
export async function listMailboxes(
  db: Db | Tx,
  accountId: string,
  page: MailboxPage,
): Promise<readonly Mailbox[]> {
  return db
    .select()
    .from(mailboxes)
    .where(
      and(
        eq(mailboxes.accountId, accountId),
        page.userId === undefined ? undefined : eq(mailboxes.userId, page.userId),
        page.after === undefined ? undefined : gt(mailboxes.id, page.after),
      ),
    )
    .orderBy(asc(mailboxes.id))
    .limit(page.limit);
}

/** Lets a mailbox send through another port of its server. */
export async function setMailboxPort(
  db: Db | Tx,
  accountId: string,
  id: string,
  smtpPort: number,
): Promise<void> {
  await db
    .update(mailboxes)
    .set({ smtpPort })
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)));
}
