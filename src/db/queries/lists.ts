import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm';
import type { ListKind } from '../../domain/segment/selection.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { contacts, listMembers, lists } from '../schema/index.js';
import { holdsText, renamed } from './compare-texts.js';
import { onlyRow } from './only-row.js';
import { idsOfContacts } from './selection.js';

export type List = Omit<typeof lists.$inferSelect, 'namesake'>;

/** Makes a list. Throws a unique violation when another one has its name. */
export async function insertList(tx: Tx, list: List): Promise<List> {
  return onlyRow(await tx.insert(lists).values(list).returning());
}

export async function findList(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<List | undefined> {
  const [found] = await db.select().from(lists).where(isList(accountId, id));
  return found;
}

/**
 * The list, locked until the transaction ends: to `change` what it is, or to change only its `members`, which many may do at
 * once. Lock order: list, then contacts by id.
 */
export async function lockList(
  tx: Tx,
  accountId: string,
  id: string,
  purpose: 'change' | 'members',
): Promise<List | undefined> {
  const strength = purpose === 'change' ? 'update' : 'key share';
  const [found] = await tx.select().from(lists).where(isList(accountId, id)).for(strength);
  return found;
}

export interface ListFilter {
  readonly kind: ListKind | undefined;
  readonly ownerId: string | undefined;
  /** Stands in the name (3.20). */
  readonly text: string | undefined;
}

/** Lists in the order in which they were made. */
export async function listLists(
  db: Db | Tx,
  accountId: string,
  { kind, ownerId, text }: ListFilter,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly List[]> {
  return db
    .select()
    .from(lists)
    .where(
      and(
        eq(lists.accountId, accountId),
        kind === undefined ? undefined : eq(lists.kind, kind),
        ownerId === undefined ? undefined : eq(lists.ownerId, ownerId),
        text === undefined ? undefined : holdsText(lists.name, text),
        page.after === undefined ? undefined : gt(lists.id, page.after),
      ),
    )
    .orderBy(asc(lists.id))
    .limit(page.limit);
}

/** Changes a locked list. Throws a unique violation when its new name is taken. */
export async function updateList(
  tx: Tx,
  accountId: string,
  id: string,
  { name, ...change }: Partial<Pick<List, 'name' | 'ownerId' | 'filter' | 'kind' | 'updatedAt'>>,
): Promise<List> {
  const set = { ...change, ...renamed(lists, name) };
  return onlyRow(await tx.update(lists).set(set).where(isList(accountId, id)).returning());
}

/** Deletes a locked list with its members; the contacts stay. */
export async function deleteList(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.delete(listMembers).where(membersOf(accountId, id));
  await tx.delete(lists).where(isList(accountId, id));
}

/** The contacts among these, without deleted ones, kept from being deleted until the transaction ends. */
export async function holdContacts(
  tx: Tx,
  accountId: string,
  contactIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ id: contacts.id, deletedAt: contacts.deletedAt })
    .from(contacts)
    .where(and(eq(contacts.accountId, accountId), inArray(contacts.id, [...contactIds])))
    .orderBy(asc(contacts.id))
    .for('key share');
  return new Set(rows.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id));
}

/** Puts held contacts into a list that is locked, and answers which were not in it. */
export async function addMembers(
  tx: Tx,
  list: Pick<List, 'accountId' | 'id'>,
  contactIds: readonly string[],
  addedAt: Instant,
): Promise<readonly string[]> {
  if (contactIds.length === 0) return [];
  const { accountId, id: listId } = list;
  const rows = [...contactIds]
    .sort()
    .map((contactId) => ({ accountId, listId, contactId, addedAt }));
  const added = await tx
    .insert(listMembers)
    .values(rows)
    .onConflictDoNothing()
    .returning({ contactId: listMembers.contactId });
  return added.map(({ contactId }) => contactId);
}

/** Puts all contacts that a condition holds for into a locked list. */
export async function addMatching(
  tx: Tx,
  list: Pick<List, 'accountId' | 'id'>,
  where: SQL,
  addedAt: Instant,
): Promise<void> {
  const { accountId, id } = list;
  // Those that are being deleted at this moment are waited for, and left out.
  await tx.execute(sql`insert into ${listMembers} (account_id, list_id, contact_id, added_at)
    select ${accountId}::uuid, ${id}::uuid, ${contacts.id}, ${addedAt}::timestamptz from ${contacts}
    where ${contacts.accountId} = ${accountId} and ${contacts.deletedAt} is null
      and ${contacts.id} in (${idsOfContacts(tx, accountId, where)})
    order by ${contacts.id} for key share of ${contacts}
    on conflict do nothing`);
}

/** Takes a contact out of a list; false when it is not in it. */
export async function removeMember(
  tx: Tx,
  accountId: string,
  listId: string,
  contactId: string,
): Promise<boolean> {
  const removed = await tx
    .delete(listMembers)
    .where(and(membersOf(accountId, listId), eq(listMembers.contactId, contactId)))
    .returning({ contactId: listMembers.contactId });
  return removed.length > 0;
}

function membersOf(accountId: string, listId: string): SQL | undefined {
  return and(eq(listMembers.accountId, accountId), eq(listMembers.listId, listId));
}

function isList(accountId: string, id: string): SQL | undefined {
  return and(eq(lists.accountId, accountId), eq(lists.id, id));
}
