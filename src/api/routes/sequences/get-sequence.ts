import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { sequenceReply, showSequence } from '../../shapes/sequence.js';

export const getSequence = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences/{id}',
  operationId: 'getSequence',
  summary: 'Read a sequence',
  description: 'With the version that new enrollments get, which is its ETag.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: sequenceReply },
  handler: async (call) => {
    const sequence = await readSequence(call, call.params.id);
    return { status: 200, body: showSequence(sequence) };
  },
});
