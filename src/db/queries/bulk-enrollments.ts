import { and, desc, eq, isNotNull, lt, type SQL } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { BulkKind, BulkState } from '../../domain/bulk/bulk.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { bulkEnrollments } from '../schema/index.js';
import { onlyRow } from './only-row.js';
import { leaveWord } from './outbox.js';

export type BulkRow = typeof bulkEnrollments.$inferSelect;
export type BulkChange = Partial<Omit<BulkRow, 'accountId' | 'id' | 'createdAt'>>;

/** A batch belongs to its creator and the admins; undefined for all. */
function visibleTo(viewer: Viewer): SQL | undefined {
  if (viewer === null || viewer.role === 'admin') return undefined;
  return eq(bulkEnrollments.createdById, viewer.id);
}

const isBulk = (accountId: string, id: string): SQL | undefined =>
  and(eq(bulkEnrollments.accountId, accountId), eq(bulkEnrollments.id, id));

export async function insertBulk(
  tx: Tx,
  row: typeof bulkEnrollments.$inferInsert,
): Promise<BulkRow> {
  return onlyRow(await tx.insert(bulkEnrollments).values(row).returning());
}

/** A batch; undefined when `viewer` may not know of it. */
export async function findBulk(
  tx: Tx,
  accountId: string,
  id: string,
  viewer: Viewer,
): Promise<BulkRow | undefined> {
  const rows = await tx
    .select()
    .from(bulkEnrollments)
    .where(and(isBulk(accountId, id), visibleTo(viewer)));
  return rows[0];
}

/**
 * A batch, its row locked until the transaction ends. Every change of one of its items takes this lock first, so a
 * change, a cancellation and the enrolling of an item come one after the other. Lock order: account, batch, item,
 * sequence, enrollments.
 */
export async function lockBulk(
  tx: Tx,
  accountId: string,
  id: string,
  viewer: Viewer = null,
): Promise<BulkRow | undefined> {
  const rows = await tx
    .select()
    .from(bulkEnrollments)
    .where(and(isBulk(accountId, id), visibleTo(viewer)))
    .for('no key update');
  return rows[0];
}

/** Changes a locked batch. */
export async function updateBulk(
  tx: Tx,
  { accountId, id }: Pick<BulkRow, 'accountId' | 'id'>,
  change: BulkChange,
): Promise<BulkRow> {
  return onlyRow(
    await tx.update(bulkEnrollments).set(change).where(isBulk(accountId, id)).returning(),
  );
}

/** Lets a locked draft run, and leaves word of it for Temporal. */
export async function confirmBulk(
  tx: Tx,
  { accountId, id }: Pick<BulkRow, 'accountId' | 'id'>,
  by: { readonly sequenceVersion: number; readonly confirmedById: string; readonly at: Instant },
): Promise<BulkRow> {
  const { sequenceVersion, confirmedById, at } = by;
  const times = { confirmedAt: at, updatedAt: at };
  await leaveWord(tx, [{ kind: 'bulk', accountId, id, message: null }]);
  return onlyRow(
    await tx
      .update(bulkEnrollments)
      .set({ state: 'running', sequenceVersion, confirmedById, ...times })
      .where(isBulk(accountId, id))
      .returning(),
  );
}

/** Notes when the turn of a running batch is expected. */
export async function noteTurn(db: Db, accountId: string, id: string, at: Instant): Promise<void> {
  await db
    .update(bulkEnrollments)
    .set({ turnAt: at })
    .where(and(isBulk(accountId, id), eq(bulkEnrollments.state, 'running')));
}

/** A batch waits for its turn no more. */
export async function forgetTurn(db: Db, accountId: string, id: string): Promise<void> {
  await db
    .update(bulkEnrollments)
    .set({ turnAt: null })
    .where(and(isBulk(accountId, id), isNotNull(bulkEnrollments.turnAt)));
}

/** Deletes a batch that has no items left. */
export async function deleteBulkRow(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.delete(bulkEnrollments).where(isBulk(accountId, id));
}

export interface BulkFilter {
  readonly viewer: Viewer;
  readonly state?: BulkState | undefined;
  readonly kind?: BulkKind | undefined;
  readonly sequenceId?: string | undefined;
}

/** Batches, the newest first. */
export async function listBulks(
  tx: Tx,
  accountId: string,
  { viewer, state, kind, sequenceId }: BulkFilter,
  page: { readonly limit: number; readonly before: string | undefined },
): Promise<readonly BulkRow[]> {
  return tx
    .select()
    .from(bulkEnrollments)
    .where(
      and(
        eq(bulkEnrollments.accountId, accountId),
        visibleTo(viewer),
        state && eq(bulkEnrollments.state, state),
        kind && eq(bulkEnrollments.kind, kind),
        sequenceId === undefined ? undefined : eq(bulkEnrollments.sequenceId, sequenceId),
        page.before === undefined ? undefined : lt(bulkEnrollments.id, page.before),
      ),
    )
    .orderBy(desc(bulkEnrollments.id))
    .limit(page.limit);
}
