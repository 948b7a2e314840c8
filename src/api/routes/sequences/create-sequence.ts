import { defineEndpoint, nothing } from '../../endpoint.js';
import { makeSequence } from '../../make-sequence.js';
import { sequenceInput, sequenceReply, showSequence } from '../../shapes/sequence.js';

export const createSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences',
  summary: 'Make a sequence',
  description: 'It belongs to the acting user. All rules that it breaks are answered at once.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: sequenceInput,
  replies: { 201: sequenceReply },
  refusals: ['LIMIT_REACHED'],
  handler: async (call) => {
    const sequence = await makeSequence(call, call.requireActingUser(), call.body);
    return {
      status: 201,
      body: showSequence(sequence),
      headers: { location: `/v1/sequences/${sequence.id}` },
    };
  },
});
