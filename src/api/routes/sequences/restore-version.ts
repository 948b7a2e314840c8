import { restoreVersion as restore } from '../../../usecases/sequence/restore-version.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { editedSequenceReply, editQuery, showEditedSequence } from '../../shapes/sequence.js';
import { versionParams } from '../../shapes/sequence-version.js';

export const restoreVersion = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/versions/{version}/restore',
  operationId: 'restoreSequenceVersion',
  summary: 'Restore an earlier version of a sequence',
  description:
    'Makes a new version with the steps and settings of the earlier one, unless the current one has them; the name stays. Refused when the account has switched off what a step of it needs.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'if_match',
  params: versionParams,
  query: editQuery,
  body: nothing,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { params, query } = call;
    const saved = await restore(call, call.requireActingUser(), {
      sequenceId: params.id,
      version: params.version,
      applyTo: query.applyTo,
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});
