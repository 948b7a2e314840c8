import { lockForEdit } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { shareSequence } from '../../../usecases/sequence/share-sequence.js';
import { idParams } from '../../shapes/common.js';
import { sharingInput, sharingReply, showSharing } from '../../shapes/sharing.js';

export const putSharing = defineEndpoint({
  method: 'PUT',
  path: '/v1/sequences/{id}/sharing',
  operationId: 'replaceSequenceSharing',
  summary: 'Share a sequence with these, and nobody else',
  description:
    'Takes the whole set: who is left out loses access, `{}` makes it private. Its owner and admins always may edit it. Running enrollments go on, also those of senders who lose access. It makes no version of the sequence.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: sharingInput,
  replies: { 200: sharingReply },
  refusals: ['EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { params, body } = call;
    const sequence = await lockForEdit(call, params.id);
    call.requireVersion(sequence.sharingVersion);
    return { status: 200, body: showSharing(await shareSequence(call, sequence, body)) };
  },
});
