import { addToDraft } from '../../../usecases/bulk/write-draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkItemsInput, bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const addBulkItems = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/items',
  summary: 'Add contacts to a draft',
  description:
    'All or none of them; they come behind those that are there. Of a selection, those that are there already stay as they are.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_given',
  params: idParams,
  query: nothing,
  body: bulkItemsInput,
  replies: { 200: bulkReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_TOO_LARGE', 'BULK_INVALID_STATE', 'SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const { bulk, counts } = await addToDraft(call, call.params.id, call.body);
    return { status: 200, body: showBulk(bulk, counts, call.ports.workflows.bulkRunUrl) };
  },
});
