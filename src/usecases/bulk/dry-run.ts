import type { BulkItemListing } from '../../db/queries/bulk-enrollment-items.js';
import type { BulkRow } from '../../db/queries/bulk-enrollments.js';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import { pausesOf, type NamedPause } from '../../db/queries/sending-pauses.js';
import { isPassing } from '../../db/sqlstate.js';
import { undone } from '../../db/undone.js';
import type { PlayedStep } from '../../domain/enrollment/play-through/played-steps.js';
import type { Warning } from '../../domain/segment/selection.js';
import type { TimeZone } from '../../domain/time/types.js';
import { enrollItem, refuseFailedItem, type EnrolledItem } from './enroll-item.js';
import type { EnrollingContext } from '../enrollment/request.js';
import { requireActingUser, type Act } from '../act.js';
import { createStepPlanner, type PlannedSteps, type StepPlanner } from '../preview/plan-steps.js';

/** What would become of a contact of a batch, and every step with its date if the contact were enrolled. */
export interface TriedItem {
  readonly listing: BulkItemListing;
  /** The zone that its steps run in; undefined for a contact that would be refused. */
  readonly timeZone?: TimeZone;
  readonly steps: readonly PlayedStep[];
  readonly warnings: readonly Warning[];
}

export interface DryRun {
  /** The pauses that would hold all of them. */
  readonly pauses: readonly NamedPause[];
  readonly results: readonly TriedItem[];
}

/**
 * What confirming a locked draft would come to, for some of its contacts. They are really enrolled, one after the
 * other, and played through from there; then all of it is rolled back. So the result is what confirming would give.
 */
export async function dryRunBulk(
  act: Act,
  draft: BulkRow,
  items: readonly BulkItemListing[],
): Promise<DryRun> {
  const { tx, accountId } = act;
  const enroller = requireActingUser(act);
  const pauses = await pausesOf(tx, accountId, [draft.sequenceId], enroller.id);
  const assuming = { completeTasksAfterDays: 0, isHeld: pauses.length > 0 };
  const results = await undone(tx, async (savepoint) => {
    const context = { ...act, tx: savepoint, enroller };
    const planner = createStepPlanner(context, assuming);
    let bulk = draft;
    const tried: TriedItem[] = [];
    for (const item of items) {
      const done = await tryItem(act, context, bulk, item);
      bulk = done.bulk;
      tried.push({
        listing: { ...item, row: done.item },
        ...(done.listing && { timeZone: done.listing.row.timeZone }),
        ...(await playedOf(planner, done.listing)),
      });
    }
    return tried;
  });
  return { pauses, results };
}

/** Enrolls one contact, or refuses it as the run would when enrolling fails. */
async function tryItem(
  { ports }: Act,
  context: EnrollingContext,
  bulk: BulkRow,
  { row }: BulkItemListing,
): Promise<EnrolledItem> {
  try {
    return await context.tx.transaction((tx) => enrollItem({ ...context, tx }, bulk, row));
  } catch (error) {
    if (isPassing(error)) throw error;
    const about = { err: error, bulkId: bulk.id, itemId: row.id };
    ports.logger.error(about, 'enrolling a contact of a batch would fail');
    return { bulk, item: await refuseFailedItem(context, bulk, row) };
  }
}

async function playedOf(
  planner: StepPlanner,
  listing: EnrollmentListing | undefined,
): Promise<PlannedSteps> {
  const nothing = { steps: [], warnings: [] };
  if (listing === undefined) return nothing;
  const { row, definition } = listing;
  const { firstStepAt, timeZone } = row;
  const start = firstStepAt === null ? {} : { firstStepAt };
  const one = { definition, timeZone, people: row, standing: row, start };
  const [played = nothing] = await planner.play([one]);
  return played;
}
