import { countItemsOf, deleteItems } from '../../../db/queries/bulk-enrollment-items.js';
import { deleteBulkRow } from '../../../db/queries/bulk-enrollments.js';
import { lockDraft, refuseState } from '../../../usecases/bulk/draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { note } from '../../../usecases/log.js';

export const deleteBulkEnrollment = defineEndpoint({
  method: 'DELETE',
  path: '/v1/bulk-enrollments/{id}',
  summary: 'Delete a draft of which nobody is enrolled',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE'],
  handler: async (call) => {
    const { tx, accountId, ports } = call;
    const draft = await lockDraft(call, call.params.id);
    const counts = await countItemsOf(tx, draft);
    if (counts.enrolled !== undefined) {
      refuseState(draft, 'Contacts of it are enrolled: cancel it instead, and it is kept.');
    }
    await deleteItems(tx, draft);
    await deleteBulkRow(tx, accountId, draft.id);
    await note(call, { subject: 'bulk', id: draft.id, type: 'deleted' });
    return { status: 200, body: showBulk(draft, counts, ports.workflows.bulkRunUrl) };
  },
});
