import { shareMany } from '../../../usecases/sequence/share-many.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkSharingInput, bulkSharingReply } from '../../shapes/sharing.js';

export const bulkShareSequences = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/bulk/sharing',
  operationId: 'bulkShareSequences',
  summary: 'Change the sharing of several sequences',
  description:
    'Each gets this sharing in place of what it has, as PUT …/sharing does it. A sequence that is refused, for instance since the acting user may not edit it, hurts no other. `version` guards against overwriting what somebody else changed meanwhile.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: bulkSharingInput,
  replies: { 200: bulkSharingReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    const { sequences, sharing } = call.body;
    const results = await shareMany(call, sequences, sharing);
    return { status: 200, body: { results: [...results] } };
  },
});
