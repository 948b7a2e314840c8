import { cancelOwnBulk } from '../../../usecases/bulk/end-bulk.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const cancelBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/cancel',
  operationId: 'cancelBulkEnrollment',
  summary: 'Enroll no more contacts of a bulk enrollment',
  description: 'Who is enrolled by then stays so. Cancelling again changes nothing.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE'],
  handler: async (call) => {
    const { bulk, counts } = await cancelOwnBulk(call, call.params.id);
    return { status: 200, body: showBulk(bulk, counts, call.ports.workflows.bulkRunUrl) };
  },
});
