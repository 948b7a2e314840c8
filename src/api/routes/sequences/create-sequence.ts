import type { z } from 'zod';
import { readySequence } from '../../../domain/sequence/ready-made/index.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { makeSequence, type SequenceRequest } from '../../../usecases/sequence/make-sequence.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { newSequenceInput, sequenceReply, showSequence } from '../../shapes/sequence.js';
import { readSteps } from '../../../usecases/sequence/step-content.js';

export const createSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences',
  operationId: 'createSequence',
  summary: 'Make a sequence',
  description:
    'From steps, or from a ready-made one. It belongs to the acting user, who alone sees it unless `sharing` says otherwise. All rules that it breaks are answered at once.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: newSequenceInput,
  replies: { 201: sequenceReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    const owner = call.requireActingUser();
    const sequence = await makeSequence(call, owner, await requestOf(call, call.body));
    return {
      status: 201,
      body: showSequence(sequence),
      headers: { location: `/v1/sequences/${sequence.id}` },
    };
  },
});

/** What is asked for: a ready-made sequence (SEQ-19), or the steps of the body. */
async function requestOf(
  call: CallContext,
  body: z.output<typeof newSequenceInput>,
): Promise<SequenceRequest> {
  const { name = '', folderId = null, settings = {}, sharing } = body;
  if (body.fromTemplateId === undefined) {
    const content = await readSteps(call, body.steps ?? []);
    return { name, folderId, sharing, settings, content, steps: content.steps };
  }
  const ready = readySequence(body.fromTemplateId);
  if (ready === undefined) return refuseUnknown('sequence template', '/fromTemplateId');
  const { draft } = ready;
  return {
    name: body.name ?? draft.name,
    folderId,
    sharing,
    settings: { ...draft.settings, ...settings },
    steps: draft.steps,
  };
}
