import { deleteStep } from '../../../domain/sequence/edit.js';
import { editSequence } from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import {
  editedSequenceReply,
  editQuery,
  showEditedSequence,
  stepParams,
} from '../../shapes/sequence.js';

export const removeStep = defineEndpoint({
  method: 'DELETE',
  path: '/v1/sequences/{id}/steps/{stepId}',
  operationId: 'deleteStep',
  summary: 'Delete a step',
  description:
    'Makes a new version without it. Refused while another step answers its email: change that one first, or PUT the whole sequence. The step that comes first by it loses its delay.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: stepParams,
  query: editQuery,
  body: nothing,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { id, stepId } = call.params;
    const saved = await editSequence(call, {
      sequenceId: id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: (current) => deleteStep(current, stepId) ?? refuseUnknown('step'),
      place: 'path',
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});
