import { z } from 'zod';
import { listItems, type BulkItemListing } from '../../db/queries/bulk-enrollment-items.js';
import type { BulkRow } from '../../db/queries/bulk-enrollments.js';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import { pausesOf } from '../../db/queries/sending-pauses.js';
import { isPassing } from '../../db/sqlstate.js';
import { undone } from '../../db/undone.js';
import { enrollItem, refuseFailedItem, type EnrolledItem } from './enroll-item.js';
import type { EnrollingContext } from '../enrollment/request.js';
import { cutPage, defaultLimit, readCursor } from '../../api/http/cursor.js';
import { refuseWithoutActingUser, type CallContext } from '../../api/http/endpoint.js';
import { createStepPlanner, type StepPlanner } from '../preview/plan-steps.js';
import { showPauses } from '../../api/shapes/pauses.js';
import { showDryRun, type dryRunPage } from '../../api/shapes/bulk-enrollment.js';

const position = z.strictObject({ index: z.string().regex(/^\d{1,9}$/) });

/** Which contacts of a batch are tried out, and what the cursor is bound to. */
interface Asked {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly list: string;
  readonly query?: Readonly<Record<string, unknown>>;
}

/**
 * What confirming a locked draft would come to, a page of its contacts at a time: they are enrolled in earnest, one after the
 * other, played through from there, and all of it is taken back. So it says what confirming would.
 */
export async function dryRunBulk(
  call: CallContext,
  draft: BulkRow,
  { limit = defaultLimit, after, list, query = {} }: Asked,
): Promise<z.input<typeof dryRunPage>> {
  const { tx, accountId, now, actor, requestId } = call;
  const identity = { accountId, list, query };
  const from = readCursor(position, identity, after);
  const page = { limit: limit + 1, after: from && Number(from.index), open: true };
  const rows = await listItems(tx, draft, {}, page);
  const cut = cutPage(rows, limit, identity, ({ row }) => ({ index: String(row.index) }));
  const enroller = call.actingUser ?? refuseWithoutActingUser();
  const cause = { kind: 'request', id: requestId } as const;
  const pauses = await pausesOf(tx, accountId, draft.sequenceId, enroller.id);
  const assuming = { completeTasksAfterDays: 0, isHeld: pauses.length > 0 };
  const results = await undone(tx, async (savepoint) => {
    const context = { tx: savepoint, accountId, now, actor, cause, enroller };
    const planner = createStepPlanner(context, assuming);
    let bulk = draft;
    const played: z.input<typeof dryRunPage>['results'] = [];
    for (const item of cut.rows) {
      const done = await tryItem(call, context, bulk, item);
      bulk = done.bulk;
      played.push(showDryRun({ ...item, row: done.item }, await stepsOf(planner, done.listing)));
    }
    return played;
  });
  return { version: draft.version, pauses: showPauses(pauses), results, paging: cut.paging };
}

/** Enrolls one, or refuses it as the run would that fails with it. */
async function tryItem(
  { deps }: CallContext,
  context: EnrollingContext,
  bulk: BulkRow,
  { row }: BulkItemListing,
): Promise<EnrolledItem> {
  try {
    return await context.tx.transaction((tx) => enrollItem({ ...context, tx }, bulk, row));
  } catch (error) {
    if (isPassing(error)) throw error;
    const about = { err: error, bulkId: bulk.id, itemId: row.id };
    deps.logger.error(about, 'enrolling a contact of a batch would fail');
    return { bulk, item: await refuseFailedItem(context, bulk, row) };
  }
}

function stepsOf(
  planner: StepPlanner,
  listing: EnrollmentListing | undefined,
): ReturnType<StepPlanner['steps']> | [] {
  if (listing === undefined) return [];
  const { row, definition } = listing;
  return planner.steps({ definition, timeZone: row.timeZone, people: row, standing: row });
}
