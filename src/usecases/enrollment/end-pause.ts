import { lockEnrollment, type LockedEnrollment } from '../../db/queries/enrollments/read.js';
import { saveDecision } from '../../db/queries/enrollments/save.js';
import { endPause } from '../../domain/enrollment/pause-until.js';
import { statusOf, type EnrollmentStatus } from '../../domain/enrollment/status.js';
import { happeningOf, type Act } from '../act.js';
import { InvariantError } from '../invariant-error.js';

/**
 * Ends a pause whose time has come: the rest of the delay runs on. A pause that has been lifted or extended meanwhile
 * stays as it is. Throws an InvariantError for an unknown enrollment.
 */
export async function endDuePause(
  act: Pick<Act, 'tx' | 'accountId' | 'now' | 'actor' | 'cause'>,
  enrollmentId: string,
): Promise<EnrollmentStatus> {
  const { tx, accountId } = act;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  return statusOf(await endPauseIfDue(act, locked));
}

/** Ends the pause of a locked enrollment if its time has come. */
export async function endPauseIfDue(
  act: Pick<Act, 'tx' | 'now' | 'actor' | 'cause'>,
  locked: LockedEnrollment,
): Promise<LockedEnrollment> {
  const decision = endPause(locked, happeningOf(act));
  return decision === undefined ? locked : saveDecision(act.tx, locked, decision);
}
