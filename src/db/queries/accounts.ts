import { asc, count, eq, sql } from 'drizzle-orm';
import type { WorkingDays } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { accounts, contactCounts, lists, properties, templates } from '../schema/index.js';
import { onlyRow } from './only-row.js';

export type Account = typeof accounts.$inferSelect;

export async function insertAccount(
  db: Db | Tx,
  account: typeof accounts.$inferInsert,
): Promise<void> {
  await db.insert(accounts).values(account);
}

export async function findAccount(db: Db | Tx, accountId: string): Promise<Account | undefined> {
  const rows = await db.select().from(accounts).where(eq(accounts.id, accountId)).limit(1);
  return rows[0];
}

/** The working week of the account. */
export async function workingDaysOf(tx: Tx, accountId: string): Promise<WorkingDays | undefined> {
  return (await findAccount(tx, accountId))?.workingDays;
}

/** Whether texts such as "NULL" are values in the account, and not what programs write for none. */
export async function placeholdersAreValues(tx: Tx, accountId: string): Promise<boolean> {
  return (await findAccount(tx, accountId))?.placeholdersAreValues ?? false;
}

/** All accounts, in the order in which they were made: for operators, never for a caller of the API. */
export async function listAccounts(db: Db | Tx): Promise<readonly Account[]> {
  return db.select().from(accounts).orderBy(asc(accounts.createdAt), asc(accounts.id));
}

/**
 * The account, locked until the transaction ends, so that what is counted per account cannot change meanwhile.
 * First in the lock order: account, sequence, enrollment, mailbox, send.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<Account | undefined> {
  const rows = await tx
    .select()
    .from(accounts)
    .where(eq(accounts.id, accountId))
    .for('no key update');
  return rows[0];
}

/** The settings of an account that its admins can change. */
export type AccountSettings = Pick<
  Account,
  | 'name'
  | 'timeZone'
  | 'workingDays'
  | 'placeholdersAreValues'
  | 'taskOutcomes'
  | 'mailboxPerMinute'
  | 'mailboxPerDay'
  | 'userPerDay'
  | 'recipientDomainPerDay'
  | 'companyPerDay'
  | 'maxSequences'
  | 'maxTemplates'
  | 'maxLists'
  | 'maxProperties'
  | 'maxContacts'
>;

/** Saves settings as the next version; the account must be locked. Undefined settings stay as they are. */
export async function saveAccount(
  tx: Tx,
  accountId: string,
  settings: {
    readonly [K in keyof AccountSettings | 'capabilities']?: Account[K] | undefined;
  },
): Promise<Account> {
  const rows = await tx
    .update(accounts)
    .set({ ...settings, version: sql`${accounts.version} + 1` })
    .where(eq(accounts.id, accountId))
    .returning();
  return onlyRow(rows);
}

const counted = { templates, lists, properties } as const;

/** How many templates, lists or declared properties the account has. */
export async function countOwned(
  tx: Tx,
  accountId: string,
  kind: keyof typeof counted,
): Promise<number> {
  const table = counted[kind];
  const rows = await tx
    .select({ total: count() })
    .from(table)
    .where(eq(table.accountId, accountId));
  return rows[0]?.total ?? 0;
}

/** How many contacts more the account may have; below 0 when it has too many. Undefined when there is no such account. */
export async function contactsLeft(tx: Tx, accountId: string): Promise<number | undefined> {
  const made = tx
    .select({ total: sql`coalesce(sum(${contactCounts.count}), 0)` })
    .from(contactCounts)
    .where(eq(contactCounts.accountId, accounts.id));
  const [row] = await tx
    .select({ left: sql<number>`(${accounts.maxContacts} - (${made}))::float8` })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  return row?.left;
}

/** Waits until nobody else holds this for the account, and holds it until the transaction ends. */
export async function holdContactRoom(tx: Tx, accountId: string): Promise<void> {
  const key = `contact room ${accountId}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
}
