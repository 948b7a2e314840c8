import { newId } from '../../../db/new-id.js';
import { lockAccount } from '../../../db/queries/accounts.js';
import { countSequences, insertSequence } from '../../../db/queries/sequences.js';
import { maxSequences, validateSequence } from '../../../domain/sequence/validate.js';
import { refuseDraft } from '../../edit-sequence.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { refuse } from '../../problem.js';
import { sequenceInput, sequenceReply, showSequence } from '../../shapes/sequence.js';

export const createSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences',
  summary: 'Make a sequence',
  description: 'It belongs to the acting user. All rules that it breaks are answered at once.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: sequenceInput,
  replies: { 201: sequenceReply },
  refusals: ['LIMIT_REACHED'],
  handler: async ({ tx, accountId, body, now, requireActingUser }) => {
    const owner = requireActingUser();
    // Locked, so that two at once cannot both be the last one that is allowed.
    const account = await lockAccount(tx, accountId);
    const verdict = validateSequence(body, account ?? { capabilities: [] });
    if (!verdict.ok) return refuseDraft(verdict.problems);
    if ((await countSequences(tx, accountId)) >= maxSequences) {
      refuse('LIMIT_REACHED', `The account has ${maxSequences} sequences, which is the most.`);
    }
    const { name, definition } = verdict;
    const sequence = await insertSequence(tx, accountId, {
      id: newId(now),
      name,
      ownerId: owner.id,
      definition,
      createdAt: now,
    });
    return {
      status: 201,
      body: showSequence(sequence),
      headers: { location: `/v1/sequences/${sequence.id}` },
    };
  },
});
