import { findAccount } from '../../../db/queries/accounts.js';
import { usedStepIds } from '../../../db/queries/sequence-versions.js';
import { validateSequence } from '../../../domain/sequence/validate.js';
import { editSequence } from '../../edit-sequence.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { holdFolderFor } from '../../hold-folder.js';
import { moveTo } from '../../move-sequence.js';
import { idParams } from '../../shapes/common.js';
import { sequenceInput, sequenceReply, showSequence } from '../../shapes/sequence.js';
import { readSteps } from '../../step-content.js';

export const replaceSequence = defineEndpoint({
  method: 'PUT',
  path: '/v1/sequences/{id}',
  summary: 'Save a sequence anew: its name, all steps, all settings',
  description:
    'Makes a new version, which new enrollments get; running ones keep theirs. A step goes on being the same one by its `id`: one without gets an id that no version has had. Settings that are left out are those of a new sequence; the folder stays as it is without `folderId`.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: sequenceInput,
  replies: { 200: sequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const { tx, accountId, params, body } = call;
    await holdFolderFor(call, 'sequence', body.folderId);
    const content = await readSteps(call, body.steps);
    const saved = await editSequence(call, {
      sequenceId: params.id,
      editor: call.requireActingUser(),
      make: async (current) =>
        validateSequence(
          { ...body, steps: content.steps },
          (await findAccount(tx, accountId)) ?? { capabilities: [] },
          await usedStepIds(tx, accountId, current.id),
        ),
      findings: content,
      wishes: () => content.wishes,
    });
    return { status: 200, body: showSequence(await moveTo(call, saved, body.folderId)) };
  },
});
