import { editSequence, judgeReplacement } from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint } from '../../http/endpoint.js';
import { holdFolderFor } from '../../../usecases/sequence/hold-folder.js';
import { moveTo } from '../../../usecases/sequence/move-sequence.js';
import { idParams } from '../../shapes/common.js';
import {
  sequenceInput,
  editedSequenceReply,
  editQuery,
  showEditedSequence,
} from '../../shapes/sequence.js';
import { readSteps } from '../../../usecases/sequence/step-content.js';

export const replaceSequence = defineEndpoint({
  method: 'PUT',
  path: '/v1/sequences/{id}',
  operationId: 'replaceSequence',
  summary: 'Save a sequence anew: its name, all steps, all settings',
  description:
    'Makes a new version, which new enrollments get; running ones keep theirs, unless `applyTo=active` moves them: a step that has run never runs again, the step that is next stays next with its date planned anew, and one that was deleted is skipped. A step goes on being the same one by its `id`: one without gets an id that no version has had. Settings that are left out are those of a new sequence; the folder stays as it is without `folderId`.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: idParams,
  query: editQuery,
  body: sequenceInput,
  replies: { 200: editedSequenceReply },
  refusals: [
    'LIMIT_REACHED',
    'SEQUENCE_NOT_ACTIVE',
    'EDIT_ACCESS_REQUIRED',
    'FORBIDDEN_PERMISSION',
  ],
  handler: async (call) => {
    const { params, body } = call;
    await holdFolderFor(call, 'sequence', body.folderId);
    const content = await readSteps(call, body.steps);
    const draft = { ...body, steps: content.steps };
    const saved = await editSequence(call, {
      sequenceId: params.id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: (current) => judgeReplacement(call, current, draft),
      findings: content,
      wishes: () => content.wishes,
    });
    const sequence = await moveTo(call, saved.sequence, body.folderId);
    return { status: 200, body: showEditedSequence({ ...saved, sequence }) };
  },
});
