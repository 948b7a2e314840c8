import { newId } from '../../db/new-id.js';
import { type EnrollmentRecord, type LockedEnrollment } from '../../db/queries/enrollments/read.js';
import { queueForWorkflow, saveDecision } from '../../db/queries/enrollments/save.js';
import type { Viewer } from '../../domain/access/sharing.js';
import type { LogData } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { end } from '../../domain/enrollment/progress.js';
import { isLive } from '../../domain/enrollment/state.js';
import { happeningOf, type Act } from '../act.js';
import { refuse, refuseUnknown } from '../refusal.js';
import { passOn } from './pass-on.js';
import { takeMessage } from './take-message.js';

/**
 * Says something to an enrollment on a caller's behalf. Refuses what the rules do not allow, and, like an unknown one, an
 * enrollment that `viewer`, the acting user, may not know of.
 */
export async function tellEnrollment(
  act: Act,
  enrollmentId: string,
  said: Omit<EnrollmentMessage, 'messageId'>,
  viewer: Viewer = act.actingUser,
): Promise<EnrollmentRecord> {
  const message = { ...said, messageId: newId(act.now) };
  const taken = await takeMessage(act, { enrollmentId, message, viewer });
  if (taken === undefined) return refuseUnknown('enrollment');
  const { refusal, enrollment } = taken;
  return refusal === undefined ? enrollment : refuse(refusal.code, refusal.detail);
}

/** How an act ends an enrollment. */
export interface Ending {
  readonly outcome: Parameters<typeof end>[1];
  /** What the workflow is told. */
  readonly message: EnrollmentMessage;
  readonly data?: LogData;
  /** False leaves the workflow to the sweeper. */
  readonly isToldAtOnce?: boolean;
}

/**
 * Ends a locked enrollment in the act's transaction: from the commit on it sends nothing, whatever its workflow knows.
 * False when it is gone or had ended before.
 */
export async function endEnrollment(
  act: Act,
  locked: LockedEnrollment | undefined,
  { outcome, message, data, isToldAtOnce = true }: Ending,
): Promise<boolean> {
  if (locked === undefined || !isLive(locked.standing.state)) return false;
  const happening = { ...happeningOf(act), messageId: message.messageId };
  await saveDecision(act.tx, locked, end(locked, outcome, happening, data));
  await queueForWorkflow(act.tx, locked.row, message);
  if (isToldAtOnce) passOn(act, locked.row.id);
  return true;
}
