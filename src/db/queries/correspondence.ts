import { and, eq } from 'drizzle-orm';
import type { RecipientCaps, SendLimits } from '../../domain/capacity/limits.js';
import type { Tx } from '../client.js';
import { capColumns, limitColumns } from './mailboxes.js';
import { accounts, companies, contacts, mailboxes, users } from '../schema/index.js';

/** Everybody and everything that a mail or a task of one enrollment involves. */
export interface Correspondence {
  readonly contact: typeof contacts.$inferSelect;
  readonly company: typeof companies.$inferSelect | null;
  readonly sender: typeof users.$inferSelect;
  readonly mailbox: typeof mailboxes.$inferSelect;
  /** The limits by which the mailbox, once it is warmed up, and the sender send. */
  readonly limits: SendLimits;
  readonly caps: RecipientCaps;
  /** Whether texts such as "NULL" are values in the account. */
  readonly placeholdersAreValues: boolean;
}

/**
 * Reads who writes to whom; undefined when one of them does not exist in this account. With `lock` the mailbox and the
 * sender are locked, in this order and after the enrollment, so that nobody else takes one of their slots meanwhile.
 */
export async function findCorrespondence(
  tx: Tx,
  accountId: string,
  ids: { readonly contactId: string; readonly senderId: string; readonly mailboxId: string },
  { lock }: { readonly lock: boolean } = { lock: false },
): Promise<Correspondence | undefined> {
  const query = tx
    .select({
      contact: contacts,
      company: companies,
      sender: users,
      mailbox: mailboxes,
      limits: limitColumns,
      caps: capColumns,
      placeholdersAreValues: accounts.placeholdersAreValues,
    })
    .from(contacts)
    .leftJoin(
      companies,
      and(eq(companies.accountId, contacts.accountId), eq(companies.id, contacts.companyId)),
    )
    .innerJoin(users, and(eq(users.accountId, contacts.accountId), eq(users.id, ids.senderId)))
    .innerJoin(
      mailboxes,
      and(eq(mailboxes.accountId, contacts.accountId), eq(mailboxes.id, ids.mailboxId)),
    )
    .innerJoin(accounts, eq(accounts.id, contacts.accountId))
    .where(and(eq(contacts.accountId, accountId), eq(contacts.id, ids.contactId)));
  const [found] = await (lock ? query.for('no key update', { of: [mailboxes, users] }) : query);
  return found;
}
