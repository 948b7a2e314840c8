import { z } from 'zod';
import { deleteSequence as remove } from '../../../usecases/sequence/delete-sequence.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { sequenceReply, showSequence } from '../../shapes/sequence.js';

export const deleteSequence = defineEndpoint({
  method: 'DELETE',
  path: '/v1/sequences/{id}',
  operationId: 'deleteSequence',
  summary: 'Delete a sequence',
  description:
    'It is listed no more and takes no enrollments; it can still be read and copied. While contacts are enrolled, `onActive` says what becomes of them: `unenroll`, or `finish` to let them run on; without it 409 with their count.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: idParams,
  query: nothing.extend({ onActive: z.enum(['unenroll', 'finish']).optional() }),
  body: nothing,
  replies: { 200: sequenceReply },
  refusals: ['SEQUENCE_IN_USE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const deleted = await remove(call, call.params.id, call.query.onActive);
    return { status: 200, body: showSequence(deleted) };
  },
});
