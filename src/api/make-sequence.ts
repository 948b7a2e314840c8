import { newId } from '../db/new-id.js';
import { lockAccount } from '../db/queries/accounts.js';
import { countSequences, insertSequence, type Sequence } from '../db/queries/sequences.js';
import type { User } from '../db/queries/users.js';
import type { SequenceDraft } from '../domain/sequence/draft.js';
import { maxSequences, validateSequence } from '../domain/sequence/validate.js';
import { refuseDraft, withFindings } from './edit-sequence.js';
import type { CallContext } from './endpoint.js';
import { holdFolderFor } from './hold-folder.js';
import { refuse } from './problem.js';
import { saveTemplates } from './save-templates.js';
import type { StepContent } from './step-content.js';

/** A sequence to be made: what it says, where its steps were read from, and where it is kept. */
export interface SequenceRequest extends SequenceDraft {
  readonly content?: StepContent | undefined;
  readonly folderId: string | null;
}

/** Makes a sequence of a draft, or refuses it with every rule that it breaks, or because there are too many (LIM-04). */
export async function makeSequence(
  call: CallContext,
  owner: User,
  { content, folderId, ...draft }: SequenceRequest,
): Promise<Sequence> {
  const { tx, accountId, now } = call;
  // Locked, so that two at once cannot both be the last one that is allowed.
  const account = await lockAccount(tx, accountId);
  await holdFolderFor(call, 'sequence', folderId);
  const verdict = withFindings(content, validateSequence(draft, account ?? { capabilities: [] }));
  if (!verdict.ok) return refuseDraft(verdict.problems);
  if ((await countSequences(tx, accountId)) >= maxSequences) {
    refuse('LIMIT_REACHED', `The account has ${maxSequences} sequences, which is the most.`);
  }
  const { name } = verdict;
  const wishes = content?.wishes ?? new Map();
  const definition = await saveTemplates(call, owner, verdict.definition, wishes);
  return insertSequence(tx, accountId, {
    id: newId(now),
    name,
    ownerId: owner.id,
    folderId,
    definition,
    createdAt: now,
  });
}
