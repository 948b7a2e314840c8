import { and, asc, count, eq, gt, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { BulkItemState } from '../../domain/bulk/bulk.js';
import type { Tx } from '../client.js';
import { bulkEnrollmentItems, contacts } from '../schema/index.js';
import type { BulkRow } from './bulk-enrollments.js';
import { holdsFolded, holdsText } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type BulkItemRow = typeof bulkEnrollmentItems.$inferSelect;
type Batch = Pick<BulkRow, 'accountId' | 'id'>;

/** An item with the name of its contact. */
export interface BulkItemListing {
  readonly row: BulkItemRow;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

const ofBatch = ({ accountId, id }: Batch): SQL | undefined =>
  and(eq(bulkEnrollmentItems.accountId, accountId), eq(bulkEnrollmentItems.bulkId, id));

const isItem = (batch: Batch, itemId: string): SQL | undefined =>
  and(ofBatch(batch), eq(bulkEnrollmentItems.id, itemId));

const perStatement = 1000;

/** Adds contacts to a locked batch. */
export async function insertItems(
  tx: Tx,
  rows: readonly (typeof bulkEnrollmentItems.$inferInsert)[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += perStatement) {
    await tx.insert(bulkEnrollmentItems).values(rows.slice(from, from + perStatement));
  }
}

/** The contacts of a batch by their ids, each with its place; without removed ones. */
export async function placesInBatch(tx: Tx, batch: Batch): Promise<ReadonlyMap<string, number>> {
  const { contactId, index, state } = bulkEnrollmentItems;
  const rows = await tx
    .select({ contactId, index })
    .from(bulkEnrollmentItems)
    .where(and(ofBatch(batch), sql`${state} <> 'removed'`));
  return new Map(rows.map((row) => [row.contactId, row.index]));
}

/** The place that the next contact of a batch gets. */
export async function nextIndex(tx: Tx, batch: Batch): Promise<number> {
  const rows = await tx
    .select({ next: sql<number>`coalesce(max(${bulkEnrollmentItems.index}) + 1, 0)` })
    .from(bulkEnrollmentItems)
    .where(ofBatch(batch));
  return rows[0]?.next ?? 0;
}

const listing = {
  row: bulkEnrollmentItems,
  email: contacts.email,
  firstName: contacts.firstName,
  lastName: contacts.lastName,
};

const itsContact = and(
  eq(contacts.accountId, bulkEnrollmentItems.accountId),
  eq(contacts.id, bulkEnrollmentItems.contactId),
);

/** Items in their order; `q` is found in the contact's name or email (BLK-06, 3.20). */
export async function listItems(
  tx: Tx,
  batch: Batch,
  filter: { readonly q?: string | undefined; readonly status?: BulkItemState | undefined },
  page: {
    readonly limit: number;
    readonly after: number | undefined;
    /** Only items that can still be enrolled. */
    readonly open?: boolean;
  },
): Promise<readonly BulkItemListing[]> {
  return tx
    .select(listing)
    .from(bulkEnrollmentItems)
    .innerJoin(contacts, itsContact)
    .where(
      and(
        ofBatch(batch),
        page.open === true ? inArray(bulkEnrollmentItems.state, ['pending', 'refused']) : undefined,
        filter.status && eq(bulkEnrollmentItems.state, filter.status),
        filter.q === undefined ? undefined : isCalled(filter.q),
        page.after === undefined ? undefined : gt(bulkEnrollmentItems.index, page.after),
      ),
    )
    .orderBy(asc(bulkEnrollmentItems.index))
    .limit(page.limit);
}

function isCalled(text: string): SQL | undefined {
  return or(holdsText(contacts.email, text), holdsFolded(contacts.foldedName, text));
}

/** One item of a batch. */
export async function findItem(
  tx: Tx,
  batch: Batch,
  itemId: string,
): Promise<BulkItemListing | undefined> {
  const rows = await tx
    .select(listing)
    .from(bulkEnrollmentItems)
    .innerJoin(contacts, itsContact)
    .where(isItem(batch, itemId));
  return rows[0];
}

/** The first contacts of a batch that are still to be enrolled, from the beginning or after a given one. */
export async function pendingItems(
  tx: Tx,
  batch: Batch,
  { limit, after = -1 }: { readonly limit: number; readonly after?: number | undefined },
): Promise<readonly BulkItemRow[]> {
  const { state, index } = bulkEnrollmentItems;
  return tx
    .select()
    .from(bulkEnrollmentItems)
    .where(and(ofBatch(batch), eq(state, 'pending'), gt(index, after)))
    .orderBy(asc(index))
    .limit(limit);
}

/** Changes one item of a locked batch. */
export async function updateItem(
  tx: Tx,
  batch: Batch,
  itemId: string,
  change: Partial<Omit<BulkItemRow, 'accountId' | 'id' | 'bulkId'>>,
): Promise<BulkItemRow> {
  return onlyRow(
    await tx.update(bulkEnrollmentItems).set(change).where(isItem(batch, itemId)).returning(),
  );
}

/** Moves all items of a locked batch from one state to another. */
export async function moveItems(
  tx: Tx,
  batch: Batch,
  from: readonly BulkItemState[],
  change: Pick<BulkItemRow, 'state' | 'refusal' | 'settledAt'>,
): Promise<void> {
  await tx
    .update(bulkEnrollmentItems)
    .set(change)
    .where(and(ofBatch(batch), inArray(bulkEnrollmentItems.state, [...from])));
}

/** Deletes all items of a locked batch. */
export async function deleteItems(tx: Tx, batch: Batch): Promise<void> {
  await tx.delete(bulkEnrollmentItems).where(ofBatch(batch));
}

/** How many items of each batch are in which state. */
export type ItemCounts = Readonly<Partial<Record<BulkItemState, number>>>;

export async function countItems(
  tx: Tx,
  accountId: string,
  bulkIds: readonly string[],
): Promise<ReadonlyMap<string, ItemCounts>> {
  if (bulkIds.length === 0) return new Map();
  const { bulkId, state } = bulkEnrollmentItems;
  const rows = await tx
    .select({ bulkId, state, items: count() })
    .from(bulkEnrollmentItems)
    .where(and(eq(bulkEnrollmentItems.accountId, accountId), inArray(bulkId, [...bulkIds])))
    .groupBy(bulkId, state);
  const counts = new Map<string, ItemCounts>();
  for (const { bulkId: id, state: of, items } of rows) {
    counts.set(id, { ...counts.get(id), [of]: items });
  }
  return counts;
}

/** How many items of one batch are in which state. */
export async function countItemsOf(tx: Tx, { accountId, id }: Batch): Promise<ItemCounts> {
  return (await countItems(tx, accountId, [id])).get(id) ?? {};
}
