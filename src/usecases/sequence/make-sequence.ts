import { newId } from '../../db/new-id.js';
import { lockAccount } from '../../db/queries/accounts.js';
import { countSequences, insertSequence, type Sequence } from '../../db/queries/sequences.js';
import type { User } from '../../db/queries/users.js';
import { privateSharing, type Sharing } from '../../domain/access/sharing.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import type { SequenceDraft } from '../../domain/sequence/draft.js';
import { defaultMaxSequences, validateSequence } from '../../domain/sequence/validate.js';
import { requirePermission } from '../access.js';
import { refuseDraft, withFindings } from './edit-sequence.js';
import type { Act } from '../act.js';
import { holdFolderFor } from './hold-folder.js';
import { note } from '../log.js';
import { refuse } from '../refusal.js';
import { unknownReferences } from './require-references.js';
import { saveTemplates } from './save-templates.js';
import { shareSequence } from './share-sequence.js';
import type { StepContent } from './step-content.js';

/** A sequence to be made: what it says, where its steps were read from, where it is kept, and who may see it. */
export interface SequenceRequest extends SequenceDraft {
  readonly content?: StepContent | undefined;
  readonly folderId: string | null;
  readonly sharing?: Sharing | undefined;
  /** What it is a copy of. */
  readonly original?: SequenceDefinition;
}

/**
 * Makes a sequence of a draft, private to its owner unless it is shared at once (SHR-01, SHR-03). Refuses one with every rule
 * that it breaks, one too many (LIM-04), and an acting user without the permission (SHR-07). A copy goes on naming task queues
 * that its original names, even deleted ones.
 */
export async function makeSequence(
  act: Act,
  owner: User,
  { content, folderId, sharing = privateSharing, original, ...draft }: SequenceRequest,
): Promise<Sequence> {
  const { tx, accountId, now } = act;
  requirePermission(act, 'sequences');
  // Locked, so that two at once cannot both be the last one that is allowed.
  const account = await lockAccount(tx, accountId);
  await holdFolderFor(act, 'sequence', folderId);
  const verdict = withFindings(content, validateSequence(draft, account ?? { capabilities: [] }));
  if (!verdict.ok) return refuseDraft(verdict.problems);
  const unknown = await unknownReferences(act, verdict.definition, original);
  if (unknown.length > 0) return refuseDraft(unknown);
  const maxSequences = account?.maxSequences ?? defaultMaxSequences;
  if ((await countSequences(tx, accountId)) >= maxSequences) {
    refuse('LIMIT_REACHED', `The account has ${maxSequences} sequences, which is the most.`);
  }
  const { name } = verdict;
  const wishes = content?.wishes ?? new Map();
  const definition = await saveTemplates(act, owner, verdict.definition, wishes);
  const made = await insertSequence(tx, accountId, {
    id: newId(now),
    name,
    ownerId: owner.id,
    folderId,
    definition,
    createdAt: now,
  });
  const data = { version: made.version, ownerId: owner.id };
  await note(act, { subject: 'sequence', id: made.id, type: 'created', data });
  return shareSequence(act, made, sharing, '/sharing');
}
