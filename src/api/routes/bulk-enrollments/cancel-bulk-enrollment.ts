import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import { cancelBulk } from '../../../usecases/bulk/end-bulk.js';
import { lockOwnBulk, refuseState } from '../../../usecases/bulk/draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const cancelBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/cancel',
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
    const { tx, ports } = call;
    const found = await lockOwnBulk(call, call.params.id);
    if (found.state === 'finished') {
      return refuseState(found, 'All its contacts have been seen to; unenroll them one by one.');
    }
    const bulk = found.state === 'cancelled' ? found : await cancelBulk(call, found);
    const counts = await countItemsOf(tx, bulk);
    return { status: 200, body: showBulk(bulk, counts, ports.workflows.bulkRunUrl) };
  },
});
