import { editStep } from '../../../domain/sequence/edit.js';
import { editSequence } from '../../edit-sequence.js';
import { defineEndpoint } from '../../endpoint.js';
import { refuseUnknown } from '../../problem.js';
import {
  editedSequenceReply,
  editQuery,
  showEditedSequence,
  stepParams,
  stepPatch,
} from '../../shapes/sequence.js';

export const patchStep = defineEndpoint({
  method: 'PATCH',
  path: '/v1/sequences/{id}/steps/{stepId}',
  summary: 'Change a step in place',
  description:
    'What is left out stays as it is; id and kind cannot change. `replyTo: null` opens a new thread, `email: null` takes the draft of a manual_email away, `queueId: null` puts its tasks into no queue. Makes a new version, unless nothing changes.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: stepParams,
  query: editQuery,
  body: stepPatch,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { id, stepId } = call.params;
    const saved = await editSequence(call, {
      sequenceId: id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: (current) => editStep(current, stepId, call.body) ?? refuseUnknown('step'),
      point: (pointer) => pointer.replace(/^\/steps\/\d+/, ''),
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});
