import { draftOf } from '../../../domain/sequence/edit.js';
import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { makeSequence } from '../../../usecases/sequence/make-sequence.js';
import { idParams } from '../../shapes/common.js';
import { copyInput, sequenceReply, showSequence } from '../../shapes/sequence.js';
import { readSteps } from '../../../usecases/sequence/step-content.js';

export const copySequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/copy',
  operationId: 'copySequence',
  summary: 'Make a copy of a sequence',
  description:
    'Under a new name, with its current steps and settings, or with `steps` and `settings` as they are given: so an edit can be saved as a copy. It belongs to the acting user, who alone sees it unless `sharing` says otherwise; the original stays as it is.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: copyInput,
  replies: { 201: sequenceReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { params, body } = call;
    const original = await readSequence(call, params.id);
    const draft = draftOf(original);
    const content = body.steps && (await readSteps(call, body.steps));
    const copy = await makeSequence(call, call.requireActingUser(), {
      name: body.name,
      folderId: body.folderId === undefined ? original.folderId : body.folderId,
      content,
      steps: content?.steps ?? draft.steps,
      settings: { ...draft.settings, ...body.settings },
      sharing: body.sharing,
      original: original.definition,
    });
    return {
      status: 201,
      body: showSequence(copy),
      headers: { location: `/v1/sequences/${copy.id}` },
    };
  },
});
