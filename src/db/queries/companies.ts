import { and, asc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { companies, contacts, sendSlots } from '../schema/index.js';
import { holdsText } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type Company = typeof companies.$inferSelect;
type NewCompany = Omit<typeof companies.$inferInsert, 'accountId'>;

export async function insertCompany(
  db: Db | Tx,
  accountId: string,
  company: NewCompany,
): Promise<Company> {
  const rows = await db
    .insert(companies)
    .values({ ...company, accountId })
    .returning();
  return onlyRow(rows);
}

/**
 * Makes the company, or gives these values to the one with its externalId: a domain of null leaves its domain as it is,
 * and properties are added to those it has. Of two callers at once, one makes it.
 */
export async function upsertCompany(
  db: Db | Tx,
  accountId: string,
  company: NewCompany,
): Promise<{ readonly company: Company; readonly made: boolean }> {
  const rows = await db
    .insert(companies)
    .values({ ...company, accountId })
    .onConflictDoUpdate({
      target: [companies.accountId, companies.externalId],
      set: {
        name: company.name,
        domain: sql`coalesce(excluded.domain, ${companies.domain})`,
        properties: sql`${companies.properties} || excluded.properties`,
        updatedAt: company.updatedAt,
      },
    })
    .returning();
  const row = onlyRow(rows);
  return { company: row, made: row.id === company.id };
}

/** Which of these ids are companies of the account. */
export async function companiesAmong(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .select({ id: companies.id })
    .from(companies)
    .where(and(eq(companies.accountId, accountId), inArray(companies.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

export async function findCompany(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Company | undefined> {
  const rows = await db
    .select()
    .from(companies)
    .where(and(eq(companies.accountId, accountId), eq(companies.id, id)));
  return rows[0];
}

/** The company, locked until the transaction ends. */
export async function lockCompany(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Company | undefined> {
  const rows = await tx
    .select()
    .from(companies)
    .where(and(eq(companies.accountId, accountId), eq(companies.id, id)))
    .for('update');
  return rows[0];
}

/** The company with this externalId, locked until the transaction ends. */
export async function lockCompanyNamed(
  tx: Tx,
  accountId: string,
  externalId: string,
): Promise<Company | undefined> {
  const rows = await tx
    .select()
    .from(companies)
    .where(and(eq(companies.accountId, accountId), eq(companies.externalId, externalId)))
    .for('no key update');
  return rows[0];
}

/** Changes a locked company. Throws a unique violation when its new externalId is taken. */
export async function updateCompany(
  tx: Tx,
  accountId: string,
  id: string,
  change: Partial<Omit<NewCompany, 'id' | 'createdAt'>>,
): Promise<Company> {
  const rows = await tx
    .update(companies)
    .set(change)
    .where(and(eq(companies.accountId, accountId), eq(companies.id, id)))
    .returning();
  return onlyRow(rows);
}

/** Takes all contacts out of a company, in the order of their ids, and returns these. */
export async function releaseContacts(
  tx: Tx,
  accountId: string,
  companyId: string,
  updatedAt: Instant,
): Promise<readonly string[]> {
  const ofCompany = and(eq(contacts.accountId, accountId), eq(contacts.companyId, companyId));
  await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(ofCompany)
    .orderBy(asc(contacts.id))
    .for('no key update');
  const rows = await tx
    .update(contacts)
    .set({ companyId: null, updatedAt })
    .where(ofCompany)
    .returning({ id: contacts.id });
  return rows.map(({ id }) => id).sort();
}

/** Deletes a locked company that has no contacts; what its caps count is forgotten. */
export async function deleteCompany(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx
    .update(sendSlots)
    .set({ companyId: null })
    .where(and(eq(sendSlots.accountId, accountId), eq(sendSlots.companyId, id)));
  await tx.delete(companies).where(and(eq(companies.accountId, accountId), eq(companies.id, id)));
}

export interface CompanyPage {
  readonly externalId: string | undefined;
  /** Stands in the name or the domain. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Companies in the order in which they were made. */
export async function listCompanies(
  db: Db | Tx,
  accountId: string,
  page: CompanyPage,
): Promise<readonly Company[]> {
  return db
    .select()
    .from(companies)
    .where(
      and(
        eq(companies.accountId, accountId),
        page.externalId === undefined ? undefined : eq(companies.externalId, page.externalId),
        page.text === undefined
          ? undefined
          : or(holdsText(companies.name, page.text), holdsText(companies.domain, page.text)),
        page.after === undefined ? undefined : gt(companies.id, page.after),
      ),
    )
    .orderBy(asc(companies.id))
    .limit(page.limit);
}
