import { and, asc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { contacts } from '../schema/index.js';
import { onlyRow } from './only-row.js';
import { referenceTo, type Reference } from './reference.js';

export type Contact = typeof contacts.$inferSelect;
type NewContact = Omit<typeof contacts.$inferInsert, 'accountId'>;
type ContactChange = Partial<Omit<NewContact, 'id' | 'createdAt'>>;

/** Makes the contact, or none when another one has its email or externalId. */
export async function insertContactUnlessTaken(
  db: Db | Tx,
  accountId: string,
  contact: NewContact,
): Promise<Contact | undefined> {
  const rows = await db
    .insert(contacts)
    .values({ ...contact, accountId })
    .onConflictDoNothing()
    .returning();
  return rows[0];
}

/** Makes the contact. Throws a unique violation when its email or externalId is taken. */
export async function insertContact(
  db: Db | Tx,
  accountId: string,
  contact: NewContact,
): Promise<Contact> {
  const rows = await db
    .insert(contacts)
    .values({ ...contact, accountId })
    .returning();
  return onlyRow(rows);
}

export async function updateContact(
  db: Db | Tx,
  accountId: string,
  id: string,
  change: ContactChange,
): Promise<Contact> {
  const rows = await db
    .update(contacts)
    .set(change)
    .where(and(eq(contacts.accountId, accountId), eq(contacts.id, id)))
    .returning();
  return onlyRow(rows);
}

export async function findContact(
  db: Db | Tx,
  accountId: string,
  reference: Reference,
): Promise<Contact | undefined> {
  const { where, order } = referenceTo(contacts, reference);
  const rows = await db
    .select()
    .from(contacts)
    .where(and(eq(contacts.accountId, accountId), where))
    .orderBy(...order)
    .limit(1);
  return rows[0];
}

/** The contacts that have one of these externalIds or emails, locked until the transaction ends. */
export async function lockAllNamesakes(
  tx: Tx,
  accountId: string,
  externalIds: readonly string[],
  emailsNormalized: readonly string[],
): Promise<readonly Contact[]> {
  return tx
    .select()
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        or(
          inArray(contacts.externalId, [...externalIds]),
          inArray(contacts.emailNormalized, [...emailsNormalized]),
        ),
      ),
    )
    .orderBy(asc(contacts.id))
    .for('update');
}

/** Makes the contacts, but for those whose email or externalId another one has; answers how many were made. */
export async function insertContactsUnlessTaken(
  tx: Tx,
  rows: readonly (typeof contacts.$inferInsert)[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const made = await tx
    .insert(contacts)
    .values([...rows])
    .onConflictDoNothing()
    .returning({ id: contacts.id });
  return made.length;
}

/** Writes contacts that exist and are locked, in one statement. Throws a unique violation like `updateContact`. */
export async function rewriteContacts(tx: Tx, rows: readonly Contact[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insert(contacts)
    .values([...rows])
    .onConflictDoUpdate({
      target: [contacts.accountId, contacts.id],
      set: {
        externalId: sql`excluded.external_id`,
        email: sql`excluded.email`,
        emailNormalized: sql`excluded.email_normalized`,
        firstName: sql`excluded.first_name`,
        lastName: sql`excluded.last_name`,
        timeZone: sql`excluded.time_zone`,
        companyId: sql`excluded.company_id`,
        ownerId: sql`excluded.owner_id`,
        properties: sql`excluded.properties`,
        updatedAt: sql`excluded.updated_at`,
      },
    });
}

/** The contacts, at most two, that have this externalId or this email, locked until the transaction ends. */
export async function lockNamesakes(
  tx: Tx,
  accountId: string,
  externalId: string | null,
  emailNormalized: string | null,
): Promise<readonly Contact[]> {
  return tx
    .select()
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        or(
          externalId === null ? undefined : eq(contacts.externalId, externalId),
          emailNormalized === null ? undefined : eq(contacts.emailNormalized, emailNormalized),
        ),
      ),
    )
    .orderBy(asc(contacts.id))
    .for('update');
}

export interface ContactPage {
  readonly emailNormalized: string | undefined;
  readonly externalId: string | undefined;
  readonly companyId: string | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Contacts in the order in which they were made. */
export async function listContacts(
  db: Db | Tx,
  accountId: string,
  page: ContactPage,
): Promise<readonly Contact[]> {
  const { emailNormalized, externalId, companyId, after } = page;
  return db
    .select()
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        emailNormalized === undefined ? undefined : eq(contacts.emailNormalized, emailNormalized),
        externalId === undefined ? undefined : eq(contacts.externalId, externalId),
        companyId === undefined ? undefined : eq(contacts.companyId, companyId),
        after === undefined ? undefined : gt(contacts.id, after),
      ),
    )
    .orderBy(asc(contacts.id))
    .limit(page.limit);
}
