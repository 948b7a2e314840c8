import { defineEndpoint, nothing } from '../../endpoint.js';
import { makeSequence } from '../../make-sequence.js';
import { newSequenceInput, sequenceReply, showSequence } from '../../shapes/sequence.js';

export const createSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences',
  summary: 'Make a sequence',
  description:
    'It belongs to the acting user, who alone sees it unless `sharing` says otherwise. All rules that it breaks are answered at once.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: newSequenceInput,
  replies: { 201: sequenceReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    const { sharing, ...draft } = call.body;
    const sequence = await makeSequence(call, call.requireActingUser(), draft, { sharing });
    return {
      status: 201,
      body: showSequence(sequence),
      headers: { location: `/v1/sequences/${sequence.id}` },
    };
  },
});
