import { newId } from '../db/new-id.js';
import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
} from '../db/queries/enrollment-changes.js';
import { countLive, liveIds } from '../db/queries/enrollments.js';
import { markDeleted, lockSequence, type Sequence } from '../db/queries/sequences.js';
import { end } from '../domain/enrollment/progress.js';
import { isLive } from '../domain/enrollment/state.js';
import { requireAccess, requirePermission } from './access.js';
import type { CallContext } from './endpoint.js';
import { passOn } from './enrollment-message.js';
import { requireMatch } from './precondition.js';
import { refuse } from './problem.js';

/** How many workflows are told before the answer; the sweeper tells the others, who send nothing from the commit on. */
const toldAtOnce = 20;

/**
 * Deletes a sequence. Refuses with SEQUENCE_IN_USE and their count while contacts are enrolled, unless `onActive` says
 * what becomes of them.
 */
export async function deleteSequence(
  call: CallContext,
  id: string,
  onActive: 'unenroll' | 'finish' | undefined,
): Promise<Sequence> {
  const { tx, accountId, now } = call;
  const sequence = requireAccess(call, await lockSequence(tx, accountId, id, 'edit'), 'edit');
  requirePermission(call, 'sequences');
  requireMatch(call, sequence.version);
  if (onActive === undefined) await refuseInUse(call, id);
  if (onActive === 'unenroll') await unenrollAll(call, id);
  if (sequence.deletedAt !== null) return sequence;
  await markDeleted(tx, accountId, id, now);
  return { ...sequence, deletedAt: now, updatedAt: now };
}

async function refuseInUse({ tx, accountId }: CallContext, sequenceId: string): Promise<void> {
  const activeEnrollments = await countLive(tx, accountId, sequenceId);
  if (activeEnrollments === 0) return;
  refuse('SEQUENCE_IN_USE', {
    detail: `${activeEnrollments} enrollments have not ended. Say ?onActive=unenroll to end them, or ?onActive=finish to let them run on.`,
    extensions: { activeEnrollments },
  });
}

async function unenrollAll(call: CallContext, sequenceId: string): Promise<void> {
  const { tx, accountId, actor, now, requestId } = call;
  const outcome = { state: 'unenrolled', reason: 'sequence_deleted' } as const;
  const ids = await liveIds(tx, accountId, sequenceId);
  for (const [index, enrollmentId] of ids.entries()) {
    const locked = await lockEnrollment(tx, accountId, enrollmentId);
    if (locked === undefined || !isLive(locked.standing.state)) continue;
    const message = { type: 'unenroll', messageId: newId(now) } as const;
    const cause = { kind: 'request', id: requestId } as const;
    const happening = { at: now, actor, cause, messageId: message.messageId };
    await saveDecision(tx, locked, end(locked, outcome, happening));
    await queueForWorkflow(tx, locked.row, message);
    if (index < toldAtOnce) passOn(call, enrollmentId);
  }
}
