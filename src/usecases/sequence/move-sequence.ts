import { moveSequence, type Sequence } from '../../db/queries/sequences.js';
import type { Act } from '../act.js';
import { note } from '../log.js';

/**
 * Puts a sequence into a folder, or out of its own with null; undefined leaves it where it is. What runs is the same, so no
 * version is made. The sequence must be locked, and the folder held before that.
 */
export async function moveTo(
  act: Act,
  sequence: Sequence,
  folderId: string | null | undefined,
): Promise<Sequence> {
  const { tx, accountId, now } = act;
  if (folderId === undefined || folderId === sequence.folderId) return sequence;
  await moveSequence(tx, accountId, sequence.id, { folderId, updatedAt: now });
  const data = { fields: ['folderId'] };
  await note(act, { subject: 'sequence', id: sequence.id, type: 'changed', data });
  return { ...sequence, folderId, updatedAt: now };
}
