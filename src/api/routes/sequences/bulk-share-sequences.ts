import type { z } from 'zod';
import { lockSequence } from '../../../db/queries/sequences.js';
import { requireAccess, requirePermission } from '../../../usecases/access.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { refusalOf } from '../../../usecases/row-refusal.js';
import { shareSequence } from '../../../usecases/sequence/share-sequence.js';
import { bulkSharingInput, bulkSharingReply } from '../../shapes/sharing.js';

type Input = z.output<typeof bulkSharingInput>;
type Item = Input['sequences'][number];
type Result = z.input<typeof bulkSharingReply>['results'][number];

export const bulkShareSequences = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/bulk/sharing',
  summary: 'Change the sharing of several sequences',
  description:
    'Each gets this sharing in place of what it has, as PUT …/sharing does it. A sequence that is refused, for instance since the acting user may not edit it, hurts no other. `version` guards against overwriting what somebody else changed meanwhile.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: bulkSharingInput,
  replies: { 200: bulkSharingReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    requirePermission(call, 'sequences');
    const { sequences, sharing } = call.body;
    const ordered = sequences
      .map((item, index) => ({ item, index }))
      .sort((a, b) => (a.item.id.toLowerCase() < b.item.id.toLowerCase() ? -1 : 1));
    const results: Result[] = [];
    // One after the other in the order of their ids, the order in which everybody locks them.
    for (const { item, index } of ordered) {
      results[index] = { index, sequenceId: item.id, ...(await shareOne(call, item, sharing)) };
    }
    return { status: 200, body: { results } };
  },
});

type Outcome =
  | { readonly status: 'changed' | 'unchanged'; readonly version: number }
  | { readonly status: 'refused'; readonly code: string; readonly detail: string };

async function shareOne(
  call: CallContext,
  { id, version }: Item,
  sharing: Input['sharing'],
): Promise<Outcome> {
  const found = await lockSequence(call.tx, call.accountId, id, 'edit');
  try {
    const sequence = requireAccess(call, found, 'edit');
    const { sharingVersion } = sequence;
    if (version !== undefined && version !== sharingVersion) return stale(sharingVersion);
    const shared = await shareSequence(call, sequence, sharing, '/sharing');
    const status = shared.sharingVersion === sharingVersion ? 'unchanged' : 'changed';
    return { status, version: shared.sharingVersion };
  } catch (error) {
    return asOutcome(error);
  }
}

function stale(current: number): Outcome {
  return {
    status: 'refused',
    code: 'PRECONDITION_FAILED',
    detail: `Version ${current} of the sharing is current by now; read it and decide anew.`,
  };
}

/** Why one sequence was refused; users and teams that do not exist are wrong for all of them. */
function asOutcome(error: unknown): Outcome {
  const why = refusalOf(error);
  if (why === undefined || why.errors !== undefined) throw error;
  return { status: 'refused', code: why.code, detail: why.detail };
}
