import { Context } from '@temporalio/activity';
import type { MaintenanceActivities } from '../contract/activities.js';
import { deleteExpiredKeys } from '../db/queries/idempotency-keys.js';
import { overdueWord } from '../db/queries/outbox.js';
import type { ActivityDeps } from './deps.js';

/** Whoever left word had this long to deliver it; after that it is the sweeper's. */
const graceMs = 5_000;
const perRound = 500;

/** Delivers what is overdue in the outbox, and drops idempotency keys that have had their day. */
export function createSweepOutbox(deps: ActivityDeps): MaintenanceActivities['sweepOutbox'] {
  return async () => {
    const overdue = await overdueWord(deps.db, { ageMs: graceMs, limit: perRound });
    let delivered = 0;
    for (const ref of overdue) {
      if (Context.current().cancellationSignal.aborted) break;
      if ((await deps.deliver(ref)) === 'delivered') delivered += 1;
    }
    const expiredKeys = await deleteExpiredKeys(deps.db);
    return { delivered, failed: overdue.length - delivered, expiredKeys };
  };
}
