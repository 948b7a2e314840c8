import { and, asc, eq, getTableColumns, gt, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { Ramp, RecipientCaps, SendLimits } from '../../domain/capacity/limits.js';
import { withRamp } from '../../domain/capacity/ramp.js';
import type { Db, Tx } from '../client.js';
import { accounts, mailboxes, sendSlots, users } from '../schema/index.js';
import type { Instant } from '../../domain/time/types.js';
import { holdsText } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type Mailbox = typeof mailboxes.$inferSelect;

/** The limits of a mailbox once it is warmed up, read together with its account. */
export const limitColumns = {
  mailboxPerMinute: sql<number>`least(${mailboxes.perMinute}, ${accounts.mailboxPerMinute})`,
  mailboxPerDay: sql<number>`least(${mailboxes.perDay}, ${accounts.mailboxPerDay})`,
  userPerDay: accounts.userPerDay,
};

/** The caps of an account, whichever mailbox sends. */
export const capColumns = {
  recipientDomainPerDay: accounts.recipientDomainPerDay,
  companyPerDay: accounts.companyPerDay,
};

/** How a mailbox is warmed up; null for not at all. */
export function rampOf(
  mailbox: Pick<Mailbox, 'rampStartPerDay' | 'rampIncreasePerDay' | 'rampStartedAt'>,
): Ramp | null {
  const { rampStartPerDay, rampIncreasePerDay, rampStartedAt } = mailbox;
  if (rampStartPerDay === null || rampIncreasePerDay === null || rampStartedAt === null)
    return null;
  return {
    startPerDay: rampStartPerDay,
    increasePerDay: rampIncreasePerDay,
    startedAtMs: Date.parse(rampStartedAt),
  };
}

export type NewMailbox = Omit<typeof mailboxes.$inferInsert, 'accountId'>;

/** Makes the mailbox, unless another one has its address. */
export async function insertMailboxUnlessTaken(
  tx: Tx,
  accountId: string,
  mailbox: NewMailbox,
): Promise<Mailbox | undefined> {
  const [made] = await tx
    .insert(mailboxes)
    .values({ ...mailbox, accountId })
    .onConflictDoNothing()
    .returning();
  return made;
}

/** The mailbox with this address, locked until the transaction ends. */
export async function lockMailboxAt(
  tx: Tx,
  accountId: string,
  addressNormalized: string,
): Promise<Mailbox | undefined> {
  const [found] = await tx
    .select()
    .from(mailboxes)
    .where(
      and(eq(mailboxes.accountId, accountId), eq(mailboxes.addressNormalized, addressNormalized)),
    )
    .for('no key update');
  return found;
}

/** Changes a locked mailbox. */
export async function updateMailbox(
  tx: Tx,
  accountId: string,
  id: string,
  change: Partial<Omit<NewMailbox, 'id' | 'userId' | 'createdAt'>>,
): Promise<Mailbox> {
  const rows = await tx
    .update(mailboxes)
    .set(change)
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)))
    .returning();
  return onlyRow(rows);
}

/** Makes the mailbox. Throws a unique violation when its address is taken. */
export async function insertMailbox(
  db: Db | Tx,
  accountId: string,
  mailbox: NewMailbox,
): Promise<Mailbox> {
  const rows = await db
    .insert(mailboxes)
    .values({ ...mailbox, accountId })
    .returning();
  return onlyRow(rows);
}

/** A mailbox; undefined for one that was erased with its user. */
export async function findMailbox(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Mailbox | undefined> {
  const rows = await db
    .select()
    .from(mailboxes)
    .where(
      and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id), isNull(mailboxes.erasedAt)),
    );
  return rows[0];
}

/** A mailbox that an enrollment may send from. */
export interface SendingMailbox extends Mailbox {
  readonly limits: SendLimits;
  readonly caps: RecipientCaps;
  /**
   * Whether mailbox and owner have room in the last 24 hours and in all time to come, so that no daily limit is near.
   */
  readonly hasBudget: boolean;
}

const sending = (now: Instant) => ({
  ...getTableColumns(mailboxes),
  limits: limitColumns,
  caps: capColumns,
  hasBudget: sql<boolean>`not exists ${daysWorth(sql`slot.mailbox_id = ${mailboxes.id}`, limitColumns.mailboxPerDay, now)}
    and not exists ${daysWorth(sql`slot.user_id = ${mailboxes.userId}`, sql`${limitColumns.userPerDay}`, now)}`,
});

/** The slots since a day ago, skipping one fewer than fill a day; the work is bounded by the limit. */
function daysWorth(whose: SQL, most: SQL, now: Instant): SQL {
  return sql`(select from ${sendSlots} slot where slot.account_id = ${mailboxes.accountId} and ${whose}
    and slot.at > ${now}::timestamptz - interval '24 hours' and slot.state <> 'freed' offset ${most} - 1)`;
}

/** A mailbox that is still being warmed up needs a closer look, because its budget depends on the time. */
function withLimitsAt(now: Instant): (mailbox: SendingMailbox) => SendingMailbox {
  return (mailbox) => {
    const limits = withRamp(mailbox.limits, rampOf(mailbox), Date.parse(now));
    return { ...mailbox, limits, hasBudget: mailbox.hasBudget && limits.ramp === undefined };
  };
}

/** A mailbox with what it may send at an instant. */
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
    .where(
      and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id), isNull(mailboxes.erasedAt)),
    );
  return found && withLimitsAt(now)(found);
}

/** Somebody's mailboxes with what they may send, in the order in which they were made. */
export async function findSendingMailboxes(
  tx: Tx,
  accountId: string,
  userId: string,
  now: Instant,
): Promise<readonly SendingMailbox[]> {
  const rows = await tx
    .select(sending(now))
    .from(mailboxes)
    .innerJoin(accounts, eq(accounts.id, mailboxes.accountId))
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.userId, userId)))
    .orderBy(asc(mailboxes.id))
    .limit(100);
  return rows.map(withLimitsAt(now));
}

/** Locks a mailbox and its sender, in the order that everybody who takes a slot uses. */
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

/** Sets what a mailbox may send, within what the account allows; null for the account's full limit. */
export async function setMailboxLimits(
  tx: Tx,
  accountId: string,
  id: string,
  change: Partial<MailboxLimits> & { readonly updatedAt: Instant },
): Promise<Mailbox | undefined> {
  const rows = await tx
    .update(mailboxes)
    .set(change)
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)))
    .returning();
  return rows[0];
}

type MailboxLimits = Pick<
  Mailbox,
  'perMinute' | 'perDay' | 'rampStartPerDay' | 'rampIncreasePerDay' | 'rampStartedAt'
>;

export interface MailboxPage {
  readonly userId: string | undefined;
  /** Stands in the name that it sends under, or in its address. */
  readonly text?: string | undefined;
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
        isNull(mailboxes.erasedAt),
        page.userId === undefined ? undefined : eq(mailboxes.userId, page.userId),
        page.text === undefined
          ? undefined
          : or(
              holdsText(mailboxes.displayName, page.text),
              holdsText(mailboxes.address, page.text),
            ),
        page.after === undefined ? undefined : gt(mailboxes.id, page.after),
      ),
    )
    .orderBy(asc(mailboxes.id))
    .limit(page.limit);
}

/** Lets a mailbox, and all others of any account that use the same mail server, send through another port of it. */
export async function moveMailServer(
  db: Db | Tx,
  accountId: string,
  id: string,
  smtpPort: number,
): Promise<void> {
  const server = db
    .select({ host: mailboxes.smtpHost, port: mailboxes.smtpPort })
    .from(mailboxes)
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, id)));
  await db
    .update(mailboxes)
    .set({ smtpPort })
    .where(sql`(${mailboxes.smtpHost}, ${mailboxes.smtpPort}) in (${server})`);
}
