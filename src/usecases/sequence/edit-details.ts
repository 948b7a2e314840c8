import { findAccount } from '../../db/queries/accounts.js';
import type { User } from '../../db/queries/users.js';
import type { SequenceDraft } from '../../domain/sequence/draft.js';
import { editDetails as edit } from '../../domain/sequence/edit.js';
import type { Act } from '../act.js';
import { editSequence, type Edit, type EditedSequence } from './edit-sequence.js';
import { holdFolderFor } from './hold-folder.js';
import { moveTo } from './move-sequence.js';

/** What is changed of a sequence besides its steps; what is left out stays as it is, and a null folder is none. */
export interface DetailsEdit extends Pick<Edit, 'sequenceId' | 'applyTo'> {
  readonly name?: string | undefined;
  readonly settings?: SequenceDraft['settings'] | undefined;
  readonly folderId?: string | null | undefined;
}

/**
 * Changes the name, the settings and the folder of a sequence (EDT-01); a folder alone makes no version. Refuses an unknown
 * folder, and what `editSequence` refuses.
 */
export async function editDetails(
  act: Act,
  editor: User,
  { sequenceId, applyTo, folderId, ...patch }: DetailsEdit,
): Promise<EditedSequence> {
  const { tx, accountId } = act;
  await holdFolderFor(act, 'sequence', folderId);
  const saved = await editSequence(act, {
    sequenceId,
    editor,
    applyTo,
    make: async (current) =>
      edit(current, patch, (await findAccount(tx, accountId)) ?? { capabilities: [] }),
  });
  return { ...saved, sequence: await moveTo(act, saved.sequence, folderId) };
}
