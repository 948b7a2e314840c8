import { confirmItem } from '../../../usecases/bulk/write-item.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkItemReply, itemParams, showItem } from '../../shapes/bulk-enrollment.js';

export const confirmBulkItem = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/items/{itemId}/confirm',
  operationId: 'confirmBulkItem',
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
    const { accountId, ports } = call;
    const { listing, begun } = await confirmItem(call, call.params);
    if (begun) {
      call.statusAfterCommit(async () => {
        const target = { kind: 'enrollment', accountId, id: begun.enrollmentId } as const;
        const told = await ports.workflows.deliver(target, begun.start);
        return told === 'pending' ? 202 : undefined;
      });
    }
    return { status: 200, body: showItem(listing) };
  },
});
