import { editDraft } from '../../../usecases/bulk/write-draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkPatch, bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const patchBulkEnrollment = defineEndpoint({
  method: 'PATCH',
  path: '/v1/bulk-enrollments/{id}',
  operationId: 'updateBulkEnrollment',
  summary: 'Change what is chosen for all contacts of a draft',
  description: 'Another sender without a mailboxId sends from their first connected personal one.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: bulkPatch,
  replies: { 200: bulkReply },
  refusals: [
    'FORBIDDEN_PERMISSION',
    'BULK_INVALID_STATE',
    'SEQUENCE_NOT_ACTIVE',
    'SENDER_NOT_ELIGIBLE',
  ],
  handler: async (call) => {
    const { bulk, counts } = await editDraft(call, call.params.id, call.body);
    return { status: 200, body: showBulk(bulk, counts, call.ports.workflows.bulkRunUrl) };
  },
});
