import { removeItem } from '../../../usecases/bulk/write-item.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkItemReply, itemParams, showItem } from '../../shapes/bulk-enrollment.js';

export const removeBulkItem = defineEndpoint({
  method: 'DELETE',
  path: '/v1/bulk-enrollments/{id}/items/{itemId}',
  operationId: 'removeBulkItem',
  summary: 'Remove a contact from a draft',
  description: 'The places of the others stay; it can be added again.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: itemParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkItemReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE'],
  handler: async (call) => {
    const listing = await removeItem(call, call.params);
    return { status: 200, body: showItem(listing) };
  },
});
