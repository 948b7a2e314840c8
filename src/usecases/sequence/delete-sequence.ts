import { newId } from '../../db/new-id.js';
import { lockEnrollment } from '../../db/queries/enrollments/save.js';
import { countLive, liveIds } from '../../db/queries/enrollments/list.js';
import { markDeleted, type Sequence } from '../../db/queries/sequences.js';
import { lockForEdit } from '../access.js';
import type { Act } from '../act.js';
import { endEnrollment } from '../enrollment/tell-enrollment.js';
import { note } from '../log.js';
import { refuse } from '../refusal.js';

/** How many workflows are told before the answer; the sweeper tells the others, who send nothing from the commit on. */
const toldAtOnce = 20;

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
  const activeEnrollments = await countLive(tx, accountId, sequenceId);
  if (activeEnrollments === 0) return;
  refuse('SEQUENCE_IN_USE', {
    detail: `${activeEnrollments} enrollments have not ended. Say ?onActive=unenroll to end them, or ?onActive=finish to let them run on.`,
    extensions: { activeEnrollments },
  });
}

async function unenrollAll(act: Act, sequenceId: string): Promise<void> {
  const { tx, accountId, now } = act;
  const outcome = { state: 'unenrolled', reason: 'sequence_deleted' } as const;
  const ids = await liveIds(tx, accountId, sequenceId);
  for (const [index, enrollmentId] of ids.entries()) {
    const locked = await lockEnrollment(tx, accountId, enrollmentId);
    const message = { type: 'unenroll', messageId: newId(now) } as const;
    const isToldAtOnce = index < toldAtOnce;
    await endEnrollment(act, locked, { outcome, message, isToldAtOnce });
  }
}
