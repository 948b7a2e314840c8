import { and, asc, count, eq, gt, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import type { Selection } from '../../domain/segment/selection.js';
import { allowLong } from '../allow-long.js';
import type { Tx } from '../client.js';
import { companies, contacts, listMembers, lists } from '../schema/index.js';
import type { Contact } from './contacts.js';
import { findCompany } from './companies.js';
import { filterSql, type Asking } from './filter-sql.js';

/** A list with what says who is in it. */
export type ListContent = Pick<typeof lists.$inferSelect, 'id' | 'kind' | 'filter'>;

/** What a selection came to. */
export type Selected =
  | {
      readonly kind: 'selected';
      /** At most `limit` contacts, in the order in which they were named or made. */
      readonly contactIds: readonly string[];
      /** Whether the selection holds more contacts than these. */
      readonly more: boolean;
      /** The places in `contactIds` of those that do not exist. */
      readonly unknown: readonly number[];
    }
  /** What the selection names does not exist. */
  | { readonly kind: 'unknown'; readonly noun: 'list' | 'company' };

/** Which of the contacts of a selection are wanted. */
interface Part {
  readonly limit: number;
  /** Those behind this one alone. */
  readonly after?: string | undefined;
}

/**
 * The contacts that a selection holds at this moment, in a stable order, without deleted ones (BLK-02, BLK-03, ENR-10).
 * If there are more than `limit`, the first are given and `more` says so. Each contact is given once, however often it
 * is named.
 */
export async function selectContactIds(
  tx: Tx,
  accountId: string,
  selection: Selection,
  options: Asking & Part,
): Promise<Selected> {
  if ('contactIds' in selection) return named(tx, accountId, selection.contactIds, options);
  const condition = await conditionOf(tx, accountId, selection, options);
  if ('noun' in condition) return condition;
  const page = { limit: options.limit + 1, after: options.after };
  const rows = await pageOfContacts(tx, accountId, condition.where, page);
  return {
    kind: 'selected',
    contactIds: rows.slice(0, options.limit).map(({ id }) => id),
    more: rows.length > options.limit,
    unknown: [],
  };
}

async function named(
  tx: Tx,
  accountId: string,
  contactIds: readonly string[],
  { limit, after }: Part,
): Promise<Selected> {
  const ids = contactIds.map((id) => id.toLowerCase());
  const rows = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(isContactOf(accountId), inArray(contacts.id, ids)));
  const known = new Set(rows.map(({ id }) => id));
  const all = [...new Set(ids.filter((id) => known.has(id)))];
  const distinct = after === undefined ? all : all.slice(all.indexOf(after) + 1);
  return {
    kind: 'selected',
    contactIds: distinct.slice(0, limit),
    more: distinct.length > limit,
    unknown: ids.flatMap((id, index) => (known.has(id) ? [] : [index])),
  };
}

async function conditionOf(
  tx: Tx,
  accountId: string,
  selection: Exclude<Selection, { readonly contactIds: readonly string[] }>,
  asking: Asking,
): Promise<{ readonly where: SQL } | Extract<Selected, { readonly kind: 'unknown' }>> {
  if ('filter' in selection) return { where: filterSql(tx, accountId, selection.filter, asking) };
  if ('companyId' in selection) {
    const company = await findCompany(tx, accountId, selection.companyId);
    if (company === undefined) return { kind: 'unknown', noun: 'company' };
    return { where: eq(contacts.companyId, company.id) };
  }
  const [list] = await tx
    .select()
    .from(lists)
    .where(and(eq(lists.accountId, accountId), eq(lists.id, selection.listId)));
  if (list === undefined) return { kind: 'unknown', noun: 'list' };
  return { where: inList(tx, accountId, list, asking) };
}

/** The condition that a contact is in a list. */
export function inList(tx: Tx, accountId: string, list: ListContent, asking: Asking): SQL {
  if (list.filter !== null) return filterSql(tx, accountId, list.filter, asking);
  return sql`exists (select from ${listMembers} where ${and(
    eq(listMembers.accountId, contacts.accountId),
    eq(listMembers.listId, list.id),
    eq(listMembers.contactId, contacts.id),
  )})`;
}

/** A page of the contacts that a condition holds for, in the order in which they were made. */
export async function pageOfContacts(
  tx: Tx,
  accountId: string,
  where: SQL,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly Contact[]> {
  await allowLong(tx);
  const rows = await tx
    .select({ contact: contacts })
    .from(contacts)
    .leftJoin(companies, ownCompany)
    .where(
      and(
        isContactOf(accountId),
        page.after === undefined ? undefined : gt(contacts.id, page.after),
        where,
      ),
    )
    .orderBy(asc(contacts.id))
    .limit(page.limit);
  return rows.map(({ contact }) => contact);
}

/** How many contacts a condition holds for. */
export async function countContacts(tx: Tx, accountId: string, where: SQL): Promise<number> {
  await allowLong(tx);
  const rows = await tx
    .select({ total: count() })
    .from(contacts)
    .leftJoin(companies, ownCompany)
    .where(and(isContactOf(accountId), where));
  return rows[0]?.total ?? 0;
}

/** The ids of the contacts that a condition holds for, as a subquery for another statement. */
export function idsOfContacts(tx: Tx, accountId: string, where: SQL): SQL {
  return sql`${tx
    .select({ id: contacts.id })
    .from(contacts)
    .leftJoin(companies, ownCompany)
    .where(and(isContactOf(accountId), where))}`;
}

const ownCompany = and(
  eq(companies.accountId, contacts.accountId),
  eq(companies.id, contacts.companyId),
);

function isContactOf(accountId: string): SQL | undefined {
  return and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt));
}
