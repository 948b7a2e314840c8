import { editItem } from '../../../usecases/bulk/write-item.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import {
  bulkItemPatch,
  bulkItemReply,
  itemParams,
  showItem,
} from '../../shapes/bulk-enrollment.js';

export const patchBulkItem = defineEndpoint({
  method: 'PATCH',
  path: '/v1/bulk-enrollments/{id}/items/{itemId}',
  operationId: 'updateBulkItem',
  summary: 'Choose for one contact of a draft what it has otherwise',
  description: 'A contact that was refused waits to be enrolled again.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: itemParams,
  query: nothing,
  body: bulkItemPatch,
  replies: { 200: bulkItemReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE', 'SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const listing = await editItem(call, call.params, call.body.overrides);
    return { status: 200, body: showItem(listing) };
  },
});
