import { countLive, liveIds } from '../../db/queries/enrollments/live.js';
import { markDeleted, type Sequence } from '../../db/queries/sequences.js';
import { end } from '../../domain/enrollment/progress.js';
import { lockForEdit } from '../access.js';
import type { Act } from '../act.js';
import { changeMany } from '../enrollment/change-many.js';
import { note } from '../log.js';
import { refuse } from '../refusal.js';

/**
 * Deletes a sequence. Refuses with SEQUENCE_IN_USE and their count while contacts are enrolled, unless `onActive` says
 * what becomes of them.
 */
export async function deleteSequence(
  act: Act,
  id: string,
  onActive: 'unenroll' | 'finish' | undefined,
): Promise<Sequence> {
  const { tx, accountId, now } = act;
  const sequence = await lockForEdit(act, id);
  act.requireVersion(sequence.version);
  if (onActive === undefined) await refuseInUse(act, id);
  if (onActive === 'unenroll') await unenrollAll(act, id);
  if (sequence.deletedAt !== null) return sequence;
  await markDeleted(tx, accountId, id, now);
  const data = onActive === undefined ? {} : { onActive };
  await note(act, { subject: 'sequence', id: sequence.id, type: 'deleted', data });
  return { ...sequence, deletedAt: now, updatedAt: now };
}

async function refuseInUse({ tx, accountId }: Act, sequenceId: string): Promise<void> {
  const activeEnrollments = await countLive(tx, accountId, { sequenceId });
  if (activeEnrollments === 0) return;
  refuse('SEQUENCE_IN_USE', {
    detail: `${activeEnrollments} enrollments have not ended. Say ?onActive=unenroll to end them, or ?onActive=finish to let them run on.`,
    extensions: { activeEnrollments },
  });
}

async function unenrollAll(act: Act, sequenceId: string): Promise<void> {
  const outcome = { state: 'unenrolled', reason: 'sequence_deleted' } as const;
  await changeMany(act, await liveIds(act.tx, act.accountId, { sequenceId }), {
    tell: 'unenroll',
    decide: (current, happening) => end(current, outcome, happening),
  });
}
