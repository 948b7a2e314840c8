import { moveSequence, type Sequence } from '../../db/queries/sequences.js';
import type { Act } from '../act.js';

/**
 * Puts a sequence into a folder, or out of its own with null; undefined leaves it where it is. What runs is the same, so no
 * version is made. The sequence must be locked, and the folder held before that.
 */
export async function moveTo(
  { tx, accountId, now }: Act,
  sequence: Sequence,
  folderId: string | null | undefined,
): Promise<Sequence> {
  if (folderId === undefined || folderId === sequence.folderId) return sequence;
  await moveSequence(tx, accountId, sequence.id, { folderId, updatedAt: now });
  return { ...sequence, folderId, updatedAt: now };
}
