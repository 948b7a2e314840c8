import type { SequenceDefinition } from '../../../domain/sequence/definition.js';
import { editStep } from '../../../domain/sequence/edit.js';
import { editSequence } from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import {
  editedSequenceReply,
  editQuery,
  showEditedSequence,
  stepParams,
  stepPatch,
  stepReply,
} from '../../shapes/sequence.js';
import { noEmail, readStepPatch } from '../../../usecases/sequence/step-content.js';

export const patchStep = defineEndpoint({
  method: 'PATCH',
  path: '/v1/sequences/{id}/steps/{stepId}',
  operationId: 'updateStep',
  summary: 'Change a step in place',
  description:
    'What is left out stays as it is; id and kind cannot change. `threading: { "kind": "new" }` opens a new thread, `email: null` takes the draft of a manual_email away, `queueId: null` puts its tasks into no queue, `templateId` takes over the present content of a template, `saveAsTemplate` makes a template of the email. Makes a new version, unless nothing changes.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: stepParams,
  query: editQuery,
  body: stepPatch,
  replies: { 200: editedSequenceReply },
  reads: {
    shape: stepReply,
    find: (reply, params) => {
      const { stepId } = stepParams.parse(params);
      return editedSequenceReply.parse(reply).steps.find(({ id }) => id === stepId);
    },
  },
  refusals: [
    'LIMIT_REACHED',
    'SEQUENCE_NOT_ACTIVE',
    'EDIT_ACCESS_REQUIRED',
    'FORBIDDEN_PERMISSION',
  ],
  handler: async (call) => {
    const { id, stepId } = call.params;
    const { saveAsTemplate } = call.body;
    const { patch, ...findings } = await readStepPatch(call, call.body);
    const saved = await editSequence(call, {
      sequenceId: id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: (current) => {
        const edited = editStep(current, stepId, patch) ?? refuseUnknown('step');
        if (saveAsTemplate === undefined || !edited.ok) return edited;
        const hasEmail = edited.definition.steps[indexOf(edited.definition, stepId)]?.email;
        return hasEmail ? edited : { ok: false, problems: [noEmail('')] };
      },
      point: (pointer) => pointer.replace(/^\/steps\/\d+/, ''),
      findings,
      wishes: (made) =>
        new Map(saveAsTemplate === undefined ? [] : [[indexOf(made, stepId), saveAsTemplate]]),
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});

function indexOf({ steps }: SequenceDefinition, stepId: string): number {
  return steps.findIndex((step) => step.id === stepId);
}
