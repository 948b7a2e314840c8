import { newId } from '../db/new-id.js';
import { lockAccount } from '../db/queries/accounts.js';
import { countSequences, insertSequence, type Sequence } from '../db/queries/sequences.js';
import type { User } from '../db/queries/users.js';
import type { SequenceDefinition } from '../domain/sequence/definition.js';
import type { SequenceDraft } from '../domain/sequence/draft.js';
import { maxSequences, validateSequence } from '../domain/sequence/validate.js';
import { refuseDraft } from './edit-sequence.js';
import type { CallContext } from './endpoint.js';
import { unknownReferences } from './require-references.js';
import { refuse } from './problem.js';

/**
 * Makes a sequence of a draft, or refuses it with every rule that it breaks, or because there are too many (LIM-04).
 * A copy goes on naming task queues that its original names, even deleted ones.
 */
export async function makeSequence(
  call: CallContext,
  owner: User,
  draft: SequenceDraft,
  original?: SequenceDefinition,
): Promise<Sequence> {
  const { tx, accountId, now } = call;
  // Locked, so that two at once cannot both be the last one that is allowed.
  const account = await lockAccount(tx, accountId);
  const verdict = validateSequence(draft, account ?? { capabilities: [] });
  if (!verdict.ok) return refuseDraft(verdict.problems);
  const unknown = await unknownReferences(call, verdict.definition, original);
  if (unknown.length > 0) return refuseDraft(unknown);
  if ((await countSequences(tx, accountId)) >= maxSequences) {
    refuse('LIMIT_REACHED', `The account has ${maxSequences} sequences, which is the most.`);
  }
  const { name, definition } = verdict;
  return insertSequence(tx, accountId, {
    id: newId(now),
    name,
    ownerId: owner.id,
    definition,
    createdAt: now,
  });
}
