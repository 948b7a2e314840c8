import { archive } from '../../../usecases/sequence/archive-sequence.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { sequenceReply, showSequence } from '../../shapes/sequence.js';

export const archiveSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/archive',
  operationId: 'archiveSequence',
  summary: 'Archive a sequence',
  description:
    'It is off the list (`archived=true` lists it) and takes no enrollments; those that run go on. It makes no version, and can be taken back.',
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
    const sequence = await archive(call, call.params.id, 'archived');
    return { status: 200, body: showSequence(sequence) };
  },
});
