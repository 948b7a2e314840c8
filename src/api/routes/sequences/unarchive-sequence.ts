import { archive } from '../../../usecases/sequence/archive-sequence.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { sequenceReply, showSequence } from '../../shapes/sequence.js';

export const unarchiveSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/unarchive',
  operationId: 'unarchiveSequence',
  summary: 'Take a sequence out of the archive',
  description: 'It is listed and takes enrollments again.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_given',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: sequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const sequence = await archive(call, call.params.id, 'active');
    return { status: 200, body: showSequence(sequence) };
  },
});
