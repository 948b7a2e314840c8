import { editDetails } from '../../../usecases/sequence/edit-details.js';
import { defineEndpoint } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import {
  editedSequenceReply,
  editQuery,
  sequencePatch,
  showEditedSequence,
} from '../../shapes/sequence.js';

export const patchSequence = defineEndpoint({
  method: 'PATCH',
  path: '/v1/sequences/{id}',
  operationId: 'updateSequence',
  summary: 'Change the name, the folder or some settings of a sequence',
  description:
    'What is left out stays as it is. Makes a new version, unless nothing changes; moving it to a folder makes none.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: idParams,
  query: editQuery,
  body: sequencePatch,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const saved = await editDetails(call, call.requireActingUser(), {
      ...call.body,
      sequenceId: call.params.id,
      applyTo: call.query.applyTo,
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});
