import { Context } from '@temporalio/activity';
import type { MaintenanceActivities } from '../contract/activities.js';
import { deleteExpiredKeys } from '../db/queries/idempotency-keys.js';
import { overdueBulks } from '../db/queries/bulk-enrollments.js';
import { overdueWord } from '../db/queries/outbox.js';
import { overdueTaskEmails } from '../db/queries/task-emails.js';
import type { ActivityDeps } from './deps.js';

/** Whoever left word had this long to deliver it; after that it is the sweeper's. */
const graceMs = 5_000;
const perRound = 500;
/** An edit may leave word for thousands: it goes on while there is more, for so long. */
const longestMs = 60_000;
const lanes = 8;

/** Delivers what is overdue in the outbox, and drops idempotency keys that have had their day. */
export function createSweepOutbox(deps: ActivityDeps): MaintenanceActivities['sweepOutbox'] {
  return async () => {
    const begun = performance.now();
    let delivered = 0;
    let round: Round;
    do {
      round = await deliverRound(deps);
      delivered += round.delivered;
    } while (round.isFull && round.failed === 0 && performance.now() - begun < longestMs);
    const overdue = { ageMs: graceMs, limit: perRound };
    // Runs that could not be started while Temporal could not be reached.
    const bulks = await deliverEach(await overdueBulks(deps.db, overdue), deps.deliverBulk);
    const taskEmails = await overdueTaskEmails(deps.db, overdue);
    const emails = await deliverEach(taskEmails, deps.deliverTaskEmail);
    const expiredKeys = await deleteExpiredKeys(deps.db);
    return {
      delivered: delivered + bulks.delivered + emails.delivered,
      failed: round.failed + bulks.failed + emails.failed,
      expiredKeys,
    };
  };
}

/** One after the other, until the activity is cancelled. */
async function deliverEach<Ref>(
  overdue: readonly Ref[],
  deliver: (ref: Ref) => Promise<'delivered' | 'pending'>,
): Promise<{ readonly delivered: number; readonly failed: number }> {
  let delivered = 0;
  for (const ref of overdue) {
    if (Context.current().cancellationSignal.aborted) break;
    if ((await deliver(ref)) === 'delivered') delivered += 1;
  }
  return { delivered, failed: overdue.length - delivered };
}

interface Round {
  readonly delivered: number;
  readonly failed: number;
  readonly isFull: boolean;
}

/** One batch, to a few workflows at a time. What fails waits for the next sweep. */
async function deliverRound(deps: ActivityDeps): Promise<Round> {
  const overdue = await overdueWord(deps.db, { ageMs: graceMs, limit: perRound });
  const waiting = [...overdue];
  let delivered = 0;
  const deliverSome = async (): Promise<void> => {
    for (let ref = waiting.shift(); ref !== undefined; ref = waiting.shift()) {
      if (Context.current().cancellationSignal.aborted) return;
      if ((await deps.deliver(ref)) === 'delivered') delivered += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, deliverSome));
  return { delivered, failed: overdue.length - delivered, isFull: overdue.length === perRound };
}
