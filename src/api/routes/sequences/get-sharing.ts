import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { sharingReply, showSharing } from '../../shapes/sharing.js';

export const getSharing = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences/{id}/sharing',
  operationId: 'getSequenceSharing',
  summary: 'Read with whom a sequence is shared',
  description: 'Its version counts the changes of the sharing alone, and is its ETag.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: sharingReply },
  handler: async (call) => {
    const sequence = await readSequence(call, call.params.id);
    return { status: 200, body: showSharing(sequence) };
  },
});
