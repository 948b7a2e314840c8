import { findAccount } from '../../../db/queries/accounts.js';
import { findVersion } from '../../../db/queries/sequence-versions.js';
import { draftOf } from '../../../domain/sequence/edit.js';
import { validateSequence } from '../../../domain/sequence/validate.js';
import { editSequence } from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { editedSequenceReply, editQuery, showEditedSequence } from '../../shapes/sequence.js';
import { versionParams } from '../../shapes/sequence-version.js';

export const restoreVersion = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/versions/{version}/restore',
  summary: 'Restore an earlier version of a sequence',
  description:
    'Makes a new version with the steps and settings of the earlier one, unless the current one has them; the name stays. Refused when the account has switched off what a step of it needs.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: versionParams,
  query: editQuery,
  body: nothing,
  replies: { 200: editedSequenceReply },
  refusals: ['SEQUENCE_NOT_ACTIVE', 'EDIT_ACCESS_REQUIRED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const saved = await editSequence(call, {
      sequenceId: params.id,
      editor: call.requireActingUser(),
      applyTo: call.query.applyTo,
      make: async ({ name }) => {
        const earlier = await findVersion(tx, accountId, params.id, params.version);
        if (earlier === undefined) return refuseUnknown('version');
        const { definition } = earlier;
        const account = (await findAccount(tx, accountId)) ?? { capabilities: [] };
        const verdict = validateSequence(draftOf({ name, definition }), account);
        if (verdict.ok) return { ...verdict, definition };
        const problems = verdict.problems.map((problem) => ({ ...problem, pointer: '/version' }));
        return { ok: false, problems };
      },
      place: 'path',
      restores: true,
      point: () => '/version',
    });
    return { status: 200, body: showEditedSequence(saved) };
  },
});
