import type { RunStanding } from '../../contract/gateway.js';
import type { Target } from '../../contract/outbox.js';
import { newId } from '../../db/new-id.js';
import { lockEnrollment, readEnrollment } from '../../db/queries/enrollments/read.js';
import { queueForWorkflow, saveDecision } from '../../db/queries/enrollments/save.js';
import { leaveWord } from '../../db/queries/outbox.js';
import { hasEnded } from '../../domain/enrollment/pause.js';
import { entry } from '../../domain/enrollment/progress.js';
import { isLive } from '../../domain/enrollment/state.js';
import { requirePermission } from '../access.js';
import { happeningOf, type Act } from '../act.js';
import { refuse, refuseUnknown } from '../refusal.js';

/** `unknown`: Temporal did not say. */
export type RestartedRun = 'running' | 'started' | 'unknown';

/**
 * Sees to it that a live enrollment has a run: one that is gone is started again where the enrollment stands, one that
 * waits looks into Postgres again. Temporal is told once the act is committed. Refused for an enrollment that has ended,
 * or that the acting user may not know of.
 */
export async function restartRun(act: Act, target: Target<'enrollment'>): Promise<RestartedRun> {
  requirePermission(act, 'sequences');
  const { tx, accountId, actingUser } = act;
  const found = await readEnrollment(tx, accountId, target.id, actingUser);
  if (found === undefined) return refuseUnknown('enrollment');
  if (!isLive(found.row.state)) return refuseEnded();
  // It may take seconds, so nothing is locked yet.
  const standing = await lookUp(act, target);
  switch (standing) {
    case 'over':
      return refuseEnded();
    case 'busy':
      return 'running';
    case 'idle':
      await queueForWorkflow(tx, found.row, { type: 'versionChanged', messageId: newId(act.now) });
      return 'running';
    case 'gone':
      await noteRestart(act, target.id);
      await leaveWord(tx, [{ ...target, message: null }]);
      return 'started';
    case 'unknown':
      await leaveWord(tx, [{ ...target, message: null }]);
      return 'unknown';
  }
}

async function lookUp(
  { ports: { workflows, logger } }: Act,
  target: Target,
): Promise<RunStanding | 'unknown'> {
  try {
    return await workflows.lookUp(target);
  } catch (error) {
    logger.warn({ err: error, enrollmentId: target.id }, 'Temporal did not say how a run stands');
    return 'unknown';
  }
}

async function noteRestart(act: Act, enrollmentId: string): Promise<void> {
  const { tx, accountId } = act;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined || !isLive(locked.row.state)) return refuseEnded();
  const { standing } = locked;
  const log = [entry('run_restarted', standing.stepId, happeningOf(act), {})];
  await saveDecision(tx, locked, { kind: 'decision', standing, log });
}

function refuseEnded(): never {
  const { code, detail } = hasEnded();
  return refuse(code, detail);
}
