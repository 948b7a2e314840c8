import { and, asc, desc, eq, gt, gte, inArray, isNull, lte, or, sql, type SQL } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { contacts } from '../schema/index.js';
import { holdsFolded, holdsText } from './compare-texts.js';
import { keepFormerAddresses } from './former-addresses.js';
import { onlyRow } from './only-row.js';
import { referenceTo, type Reference } from './reference.js';

export type Contact = Omit<typeof contacts.$inferSelect, 'foldedName'>;
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

/** Changes the contact, and keeps a digest of the address that it had before. */
export async function updateContact(
  db: Db | Tx,
  accountId: string,
  id: string,
  change: ContactChange,
): Promise<Contact> {
  const { emailNormalized } = change;
  if (emailNormalized !== undefined) {
    await keepFormerAddresses(db, accountId, [{ id, emailNormalized }]);
  }
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
    .where(and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt), where))
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

/** Writes contacts of an account that exist and are locked, all at once. Throws a unique violation like `updateContact`. */
export async function rewriteContacts(
  tx: Tx,
  accountId: string,
  rows: readonly Contact[],
): Promise<void> {
  if (rows.length === 0) return;
  await keepFormerAddresses(tx, accountId, rows);
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

/** Which contacts, by equality, a range of the latest change, and a text. */
export interface ContactFilter {
  readonly emailNormalized?: string | undefined;
  readonly externalId?: string | undefined;
  readonly companyId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly changedFrom?: Instant | undefined;
  readonly changedUntil?: Instant | undefined;
  /** Stands in the name, the email or the externalId (3.20). */
  readonly text?: string | undefined;
}

export interface ContactPage {
  readonly order: ContactOrder;
  readonly limit: number;
  /** The contact after which the page begins; `at` is its latest change. */
  readonly after: { readonly at: Instant; readonly id: string } | undefined;
}

/** `created`: as they were made; `updated` and `-updated`: by the latest change, the oldest or the newest first. */
export type ContactOrder = 'created' | 'updated' | '-updated';

/** Contacts in an order, without deleted ones. */
export async function listContacts(
  db: Db | Tx,
  accountId: string,
  filter: ContactFilter,
  page: ContactPage,
): Promise<readonly Contact[]> {
  const direction = page.order === '-updated' ? desc : asc;
  const byChange = page.order === 'created' ? [] : [direction(contacts.updatedAt)];
  return db
    .select()
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        isNull(contacts.deletedAt),
        ...conditions(filter),
        beyond(page),
      ),
    )
    .orderBy(...byChange, direction(contacts.id))
    .limit(page.limit);
}

function conditions(filter: ContactFilter): (SQL | undefined)[] {
  const equal = <T>(value: T | undefined, make: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : make(value);
  return [
    equal(filter.emailNormalized, (email) => eq(contacts.emailNormalized, email)),
    equal(filter.externalId, (id) => eq(contacts.externalId, id)),
    equal(filter.companyId, (id) => eq(contacts.companyId, id)),
    equal(filter.ownerId, (id) => eq(contacts.ownerId, id)),
    equal(filter.changedFrom, (at) => gte(contacts.updatedAt, at)),
    equal(filter.changedUntil, (at) => lte(contacts.updatedAt, at)),
    equal(filter.text, isCalled),
  ];
}

function isCalled(text: string): SQL | undefined {
  return or(
    holdsText(contacts.email, text),
    holdsText(contacts.externalId, text),
    holdsFolded(contacts.foldedName, text),
  );
}

function beyond({ order, after }: ContactPage): SQL | undefined {
  if (after === undefined) return undefined;
  if (order === 'created') return gt(contacts.id, after.id);
  const key = sql`(${contacts.updatedAt}, ${contacts.id})`;
  const place = sql`(${after.at}::timestamptz, ${after.id}::uuid)`;
  return order === '-updated' ? sql`${key} < ${place}` : sql`${key} > ${place}`;
}
