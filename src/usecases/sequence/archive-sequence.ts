import { setArchived, type Sequence } from '../../db/queries/sequences.js';
import { lockForEdit } from '../access.js';
import { refuseDeleted } from './edit-sequence.js';
import type { Act } from '../act.js';
import { note } from '../log.js';

/**
 * Puts a sequence into the archive or takes it out again; doing it twice is harmless. An archived one is off the list and
 * takes no enrollments; those that run go on. Its versions stay as they are.
 */
export async function archive(
  act: Act,
  id: string,
  into: 'archived' | 'active',
): Promise<Sequence> {
  const { tx, accountId, now } = act;
  const sequence = await lockForEdit(act, id);
  act.heedVersion(sequence.version);
  if (sequence.deletedAt !== null) return refuseDeleted();
  if ((sequence.archivedAt !== null) === (into === 'archived')) return sequence;
  const archivedAt = into === 'archived' ? now : null;
  await setArchived(tx, accountId, id, { archivedAt, updatedAt: now });
  const type = into === 'archived' ? 'archived' : 'unarchived';
  await note(act, { subject: 'sequence', id, type });
  return { ...sequence, archivedAt, updatedAt: now };
}
