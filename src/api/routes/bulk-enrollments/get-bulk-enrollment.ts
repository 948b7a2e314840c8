import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import { readBulk } from '../../../usecases/bulk/draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const getBulkEnrollment = defineEndpoint({
  method: 'GET',
  path: '/v1/bulk-enrollments/{id}',
  operationId: 'getBulkEnrollment',
  summary: 'Show a bulk enrollment and how far it has come',
  tag: 'bulk-enrollments',
  scope: 'read',
  actingUser: 'optional',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkReply },
  handler: async (call) => {
    const bulk = await readBulk(call, call.params.id);
    const counts = await countItemsOf(call.tx, bulk);
    return { status: 200, body: showBulk(bulk, counts, call.ports.workflows.bulkRunUrl) };
  },
});
