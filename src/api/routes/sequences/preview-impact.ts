import { differenceBetween } from '../../../domain/sequence/difference.js';
import { readSequence } from '../../../usecases/access.js';
import {
  judgeReplacement,
  refuseDeleted,
  refuseDraft,
  versionAfter,
  withFindings,
} from '../../../usecases/sequence/edit-sequence.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { previewImpact as preview } from '../../../usecases/enrollment/move-enrollments.js';
import { unknownReferences } from '../../../usecases/sequence/require-references.js';
import { idParams } from '../../shapes/common.js';
import { impactReply, showImpact } from '../../shapes/impact.js';
import { sequenceInput, sequenceReply } from '../../shapes/sequence.js';
import { readSteps } from '../../../usecases/sequence/step-content.js';

export const previewImpact = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/impact',
  operationId: 'previewSequenceImpact',
  summary: 'See what an edit would do to the contacts who are enrolled',
  description:
    'Takes a sequence as PUT does, by the same rules, and says what saving it with `applyTo=active` would do at this moment: how many enrollments keep the date of their next step, get an earlier or a later one, go on with another step or finish. `difference` lists what the edit changes, field by field. Saves nothing.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: sequenceInput,
  replies: { 200: impactReply },
  reads: { shape: sequenceReply, find: () => undefined },
  refusals: ['SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const { params, body } = call;
    const sequence = await readSequence(call, params.id);
    if (sequence.deletedAt !== null) return refuseDeleted();
    const content = await readSteps(call, body.steps);
    const draft = { ...body, steps: content.steps };
    const verdict = withFindings(content, await judgeReplacement(call, sequence, draft));
    if (!verdict.ok) return refuseDraft(verdict.problems);
    const { definition } = verdict;
    const unknown = await unknownReferences(call, definition, sequence.definition);
    if (unknown.length > 0) return refuseDraft(unknown);
    const toVersion = versionAfter(sequence, verdict);
    const impact = await preview(call, sequence.id, { toVersion, definition });
    const difference = {
      ...differenceBetween(sequence.definition, definition),
      name: sequence.name === verdict.name ? null : { from: sequence.name, to: verdict.name },
    };
    return { status: 200, body: showImpact(impact, difference) };
  },
});
