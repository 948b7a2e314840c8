import { z } from 'zod';
import { listItems, type BulkItemListing } from '../../../db/queries/bulk-enrollment-items.js';
import type { BulkRow } from '../../../db/queries/bulk-enrollments.js';
import { enrollItem } from '../../../enrolling/enroll-item.js';
import { lockDraft } from '../../bulk-enrollment.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../cursor.js';
import { defineEndpoint, nothing, type CallContext } from '../../endpoint.js';
import { dryRunReply, showDryRun } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';
import type { User } from '../../../db/queries/users.js';

const position = z.strictObject({ index: z.string().regex(/^\d{1,9}$/) });

export const dryRunBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/dry-run',
  summary: 'See what confirming a draft would come to, contact by contact',
  description:
    'Who would be refused and why, with every missing token, and when the first email of each would go out. Nothing is kept. Of an import a page at a time, whose first emails are planned as if it were alone.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: pageQuery,
  body: nothing,
  replies: { 200: pageOf(dryRunReply).meta({ id: 'BulkDryRunPage' }) },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE', 'INVALID_CURSOR'],
  handler: async (call) => {
    const { tx, accountId } = call;
    const { limit, after } = call.query;
    const draft = await lockDraft(call, call.params.id);
    const identity = { accountId, list: `bulk-enrollments/${draft.id}/dry-run`, query: {} };
    const from = readCursor(position, identity, after);
    const page = { limit: limit + 1, after: from && Number(from.index), open: true };
    const rows = await listItems(tx, draft, {}, page);
    const cut = cutPage(rows, limit, identity, ({ row }) => ({ index: String(row.index) }));
    const played = await playThrough(call, draft, {
      items: cut.rows,
      enroller: call.requireActingUser(),
    });
    return { status: 200, body: { results: played.map(showDryRun), paging: cut.paging } };
  },
});

/** Rolls back what was only tried out. */
class Undone extends Error {}

/** Enrolls them in earnest, one after the other, and takes all of it back: so it says what confirming would. */
async function playThrough(
  { tx, accountId, now, actor, requestId }: CallContext,
  draft: BulkRow,
  { items, enroller }: { readonly items: readonly BulkItemListing[]; readonly enroller: User },
): Promise<readonly BulkItemListing[]> {
  const played: BulkItemListing[] = [];
  const cause = { kind: 'request', id: requestId } as const;
  const trial = tx.transaction(async (savepoint) => {
    const context = { tx: savepoint, accountId, now, actor, cause, enroller };
    let bulk = draft;
    for (const listing of items) {
      const done = await enrollItem(context, bulk, listing.row);
      bulk = done.bulk;
      played.push({ ...listing, row: done.item });
    }
    throw new Undone();
  });
  await trial.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return played;
}
