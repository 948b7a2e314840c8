import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import { updateBulk, type BulkRow } from '../../../db/queries/bulk-enrollments.js';
import { enrollItem } from '../../../usecases/bulk/enroll-item.js';
import { lockOwnBulk, openItem, refuseState } from '../../../usecases/bulk/draft.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { bulkItemReply, itemParams, showItem } from '../../shapes/bulk-enrollment.js';
import { note } from '../../../usecases/log.js';

export const confirmBulkItem = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/items/{itemId}/confirm',
  summary: 'Enroll one contact of a draft, or one that was refused',
  description:
    'At once; `status` says what came of it. 202: it begins as soon as Temporal can be reached. The last one finishes the draft.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: itemParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkItemReply, 202: bulkItemReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE'],
  handler: async (call) => {
    const { params, accountId } = call;
    const enroller = call.requireActingUser();
    const bulk = await lockOwnBulk(call, params.id);
    if (bulk.state !== 'draft' && bulk.state !== 'finished') {
      return refuseState(bulk, 'Contacts are enrolled one by one before it runs, or when it has.');
    }
    const found = await openItem(call, bulk, params.itemId);
    const context = { ...call, enroller };
    const { start, item, bulk: after } = await enrollItem(context, bulk, found.row);
    const { enrollmentId, contactId, state } = item;
    const data = { itemId: item.id, contactId, state, enrollmentId };
    await note(call, { subject: 'bulk', id: bulk.id, type: 'item_confirmed', data });
    await settleDraft(call, after, enroller.id);
    if (start && enrollmentId !== null) {
      call.statusAfterCommit(async () => {
        const target = { kind: 'enrollment', accountId, id: enrollmentId } as const;
        const told = await call.ports.workflows.deliver(target, start);
        return told === 'pending' ? 202 : undefined;
      });
    }
    return { status: 200, body: showItem({ ...found, row: item }) };
  },
});

/** The draft is another one than before, and has ended when nobody is left to enroll. */
async function settleDraft(call: CallContext, bulk: BulkRow, confirmedById: string): Promise<void> {
  const { tx, now } = call;
  if (bulk.state !== 'draft') return;
  const { pending = 0, refused = 0 } = await countItemsOf(tx, bulk);
  const isOver = pending + refused === 0;
  const ended = { state: 'finished', confirmedById, confirmedAt: now, endedAt: now } as const;
  const version = bulk.version + 1;
  await updateBulk(tx, bulk, { version, updatedAt: now, ...(isOver && ended) });
  if (isOver) await note(call, { subject: 'bulk', id: bulk.id, type: 'finished' });
}
