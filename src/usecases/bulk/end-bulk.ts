import { moveItems } from '../../db/queries/bulk-enrollment-items.js';
import { updateBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import { note, type Noting } from '../log.js';

/** Ends a locked batch of which all contacts have been seen to. */
export async function finishBulk(act: Noting, bulk: BulkRow): Promise<BulkRow> {
  const { tx, now: at } = act;
  const change = { state: 'finished', updatedAt: at, endedAt: at } as const;
  const saved = await updateBulk(tx, bulk, change);
  await note(act, { subject: 'bulk', id: bulk.id, type: 'finished' });
  return saved;
}

/** Ends a locked batch early: who is enrolled stays so, and nobody else will be. */
export async function cancelBulk(act: Noting, bulk: BulkRow): Promise<BulkRow> {
  const { tx, now: at } = act;
  const change = { state: 'cancelled', refusal: null, settledAt: at } as const;
  await moveItems(tx, bulk, ['pending'], change);
  await note(act, { subject: 'bulk', id: bulk.id, type: 'cancelled' });
  return updateBulk(tx, bulk, {
    state: 'cancelled',
    updatedAt: at,
    endedAt: at,
  });
}
