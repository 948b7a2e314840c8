import { reorderSteps } from '../../../domain/sequence/edit.js';
import { editSequence } from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import {
  editedSequenceReply,
  editQuery,
  showEditedSequence,
  stepOrder,
} from '../../shapes/sequence.js';

export const orderSteps = defineEndpoint({
  method: 'PUT',
  path: '/v1/sequences/{id}/steps/order',
  operationId: 'reorderSteps',
  summary: 'Put the steps into another order',
  description:
    'Takes the ids of all steps. Makes a new version, unless the order is the same. A step that comes first by it hands its delay to the one that was first.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: idParams,
  query: editQuery,
  body: stepOrder,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const saved = await editSequence(call, {
      sequenceId: call.params.id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: (current) => reorderSteps(current, call.body.stepIds),
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});
