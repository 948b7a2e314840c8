import { and, asc, eq, getTableColumns, gt, sql, type SQL } from 'drizzle-orm';
import type { SendLimits } from '../../domain/capacity/limits.js';
import type { Db, Tx } from '../client.js';
import { accounts, mailboxes, sendSlots } from '../schema/index.js';
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
