import type { Tx } from '../../db/client.js';
import { moveItems } from '../../db/queries/bulk-enrollment-items.js';
import { updateBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import type { Instant } from '../../domain/time/types.js';

/** Ends a locked batch of which all contacts have been seen to. */
export function finishBulk(tx: Tx, bulk: BulkRow, at: Instant): Promise<BulkRow> {
  return updateBulk(tx, bulk, { state: 'finished', updatedAt: at, endedAt: at });
}

/** Ends a locked batch early: who is enrolled stays so, and nobody else will be. */
export async function cancelBulk(tx: Tx, bulk: BulkRow, at: Instant): Promise<BulkRow> {
  const change = { state: 'cancelled', refusal: null, settledAt: at } as const;
  await moveItems(tx, bulk, ['pending'], change);
  return updateBulk(tx, bulk, { state: 'cancelled', updatedAt: at, endedAt: at });
}
