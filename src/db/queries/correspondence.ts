import { and, eq } from 'drizzle-orm';
import type { Tx } from '../client.js';
import { companies, contacts, mailboxes, users } from '../schema/index.js';

/** Everybody and everything that a mail or a task of one enrollment speaks of. */
export interface Correspondence {
  readonly contact: typeof contacts.$inferSelect;
  readonly company: typeof companies.$inferSelect | null;
  readonly sender: typeof users.$inferSelect;
  readonly mailbox: typeof mailboxes.$inferSelect;
}

/** Reads who writes to whom; undefined when one of them does not exist in this account. */
export async function findCorrespondence(
  tx: Tx,
  accountId: string,
  ids: { readonly contactId: string; readonly senderId: string; readonly mailboxId: string },
): Promise<Correspondence | undefined> {
  const [found] = await tx
    .select({ contact: contacts, company: companies, sender: users, mailbox: mailboxes })
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
    .where(and(eq(contacts.accountId, accountId), eq(contacts.id, ids.contactId)));
  return found;
}
