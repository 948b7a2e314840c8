import type { Tx } from '../../db/client.js';
import { moveItems } from '../../db/queries/bulk-enrollment-items.js';
import { updateBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import type { Instant } from '../../domain/time/types.js';

/** Ends a locked batch whose contacts have all been dealt with. */
export function finishBulk(tx: Tx, bulk: BulkRow, at: Instant): Promise<BulkRow> {
  return updateBulk(tx, bulk, { state: 'finished', updatedAt: at, endedAt: at });
}

/** Ends a locked batch early: contacts that are enrolled stay enrolled, and no others will be. */
export async function cancelBulk(tx: Tx, bulk: BulkRow, at: Instant): Promise<BulkRow> {
  const change = { state: 'cancelled', refusal: null, settledAt: at } as const;
  await moveItems(tx, bulk, ['pending'], change);
  return updateBulk(tx, bulk, { state: 'cancelled', updatedAt: at, endedAt: at });
}
