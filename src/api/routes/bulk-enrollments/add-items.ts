import { addToDraft } from '../../../usecases/bulk/write-draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkAddedReply, bulkItemsInput, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const addBulkItems = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/items',
  operationId: 'addBulkItems',
  summary: 'Add contacts to a draft',
  description:
    'They come behind those that are there; one that does not exist is answered in `unknownContacts` and holds up none of the others. Of a selection, those that are there already stay as they are.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_given',
  params: idParams,
  query: nothing,
  body: bulkItemsInput,
  replies: { 200: bulkAddedReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_TOO_LARGE', 'BULK_INVALID_STATE', 'SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const { bulk, counts, unknown } = await addToDraft(call, call.params.id, call.body);
    const shown = showBulk(bulk, counts, call.ports.workflows.bulkRunUrl);
    return { status: 200, body: { ...shown, unknownContacts: [...unknown] } };
  },
});
