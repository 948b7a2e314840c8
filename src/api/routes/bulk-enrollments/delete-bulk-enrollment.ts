import { deleteDraft } from '../../../usecases/bulk/write-draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const deleteBulkEnrollment = defineEndpoint({
  method: 'DELETE',
  path: '/v1/bulk-enrollments/{id}',
  operationId: 'deleteBulkEnrollment',
  summary: 'Delete a draft of which nobody is enrolled',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_given',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE'],
  handler: async (call) => {
    const { bulk, counts } = await deleteDraft(call, call.params.id);
    return { status: 200, body: showBulk(bulk, counts, call.ports.workflows.bulkRunUrl) };
  },
});
