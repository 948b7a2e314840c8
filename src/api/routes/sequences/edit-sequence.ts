import { findAccount } from '../../../db/queries/accounts.js';
import { editDetails } from '../../../domain/sequence/edit.js';
import { editSequence } from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint } from '../../http/endpoint.js';
import { holdFolderFor } from '../../../usecases/sequence/hold-folder.js';
import { moveTo } from '../../../usecases/sequence/move-sequence.js';
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
  summary: 'Change the name, the folder or some settings of a sequence',
  description:
    'What is left out stays as it is. Makes a new version, unless nothing changes; moving it to a folder makes none.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: idParams,
  query: editQuery,
  body: sequencePatch,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { folderId } = call.body;
    await holdFolderFor(call, 'sequence', folderId);
    const saved = await editSequence(call, {
      sequenceId: call.params.id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: async (current) =>
        editDetails(
          current,
          call.body,
          (await findAccount(call.tx, call.accountId)) ?? { capabilities: [] },
        ),
    });
    const sequence = await moveTo(call, saved.sequence, folderId);
    return { status: 200, body: showEditedSequence({ ...saved, sequence }) };
  },
});
