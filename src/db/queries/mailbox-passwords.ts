import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { mailboxes } from '../schema/index.js';

/** Names a mailbox of any account. */
export interface MailboxRef {
  readonly accountId: string;
  readonly mailboxId: string;
}

/** A mailbox's password as it is at rest. */
export interface SealedPassword extends MailboxRef {
  readonly sealed: string;
}

const { accountId, id: mailboxId, smtpPasswordEncrypted: sealed } = mailboxes;
const isMailbox = (ref: MailboxRef) =>
  and(eq(accountId, ref.accountId), eq(mailboxId, ref.mailboxId));

/** The passwords of all accounts, `limit` of them after the mailbox that `after` names. */
export async function pageOfPasswords(
  db: Db | Tx,
  { after, limit }: { readonly after: MailboxRef | undefined; readonly limit: number },
): Promise<readonly SealedPassword[]> {
  const isPast =
    after &&
    sql`(${accountId}, ${mailboxId}) > (${after.accountId}::uuid, ${after.mailboxId}::uuid)`;
  return withPassword(db, isPast, limit);
}

/** The password of a mailbox; undefined when it has none. */
export async function findPassword(
  db: Db | Tx,
  ref: MailboxRef,
): Promise<SealedPassword | undefined> {
  const [found] = await withPassword(db, isMailbox(ref), 1);
  return found;
}

/** Puts another form of the same password in its place; false when it was changed meanwhile. */
export async function replacePassword(
  tx: Tx,
  { sealed: before, ...ref }: SealedPassword,
  after: string,
): Promise<boolean> {
  const { rowCount } = await tx
    .update(mailboxes)
    .set({ smtpPasswordEncrypted: after })
    .where(and(isMailbox(ref), eq(sealed, before)));
  return rowCount === 1;
}

async function withPassword(
  db: Db | Tx,
  where: ReturnType<typeof and>,
  limit: number,
): Promise<readonly SealedPassword[]> {
  const rows = await db
    .select({ accountId, mailboxId, sealed })
    .from(mailboxes)
    .where(and(isNotNull(sealed), where))
    .orderBy(asc(accountId), asc(mailboxId))
    .limit(limit);
  return rows.flatMap((row) => (row.sealed === null ? [] : [{ ...row, sealed: row.sealed }]));
}
