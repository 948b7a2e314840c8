import { newId } from '../../db/new-id.js';
import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
  type EnrollmentRecord,
  type LockedEnrollment,
} from '../../db/queries/enrollments/save.js';
import type { Viewer } from '../../domain/access/sharing.js';
import { applyMessage } from '../../domain/enrollment/apply-message.js';
import type { LogData } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { end } from '../../domain/enrollment/progress.js';
import { isLive } from '../../domain/enrollment/state.js';
import { happeningOf, type Act } from '../act.js';
import { refuse, refuseUnknown } from '../refusal.js';

/**
 * Says something to an enrollment on a caller's behalf: decided and written to Postgres in the act's transaction, and
 * passed on to the workflow after the commit. Refuses what the rules do not allow, and, like an unknown one, an enrollment
 * that `viewer`, the acting user, may not know of.
 */
export async function tellEnrollment(
  act: Act,
  enrollmentId: string,
  said: Omit<EnrollmentMessage, 'messageId'>,
  viewer: Viewer = act.actingUser,
): Promise<EnrollmentRecord> {
  const { tx, accountId, now } = act;
  const locked = await lockEnrollment(tx, accountId, enrollmentId, viewer);
  if (locked === undefined) return refuseUnknown('enrollment');
  const message: EnrollmentMessage = { ...said, messageId: newId(now) };
  const decision = applyMessage(locked, message, happeningOf(act));
  if (decision.kind === 'refusal') return refuse(decision.code, decision.detail);
  const saved = await saveDecision(tx, locked, decision);
  await queueForWorkflow(tx, locked.row, message);
  passOn(act, enrollmentId);
  return saved;
}

/** How a call ends an enrollment. */
export interface Ending {
  readonly outcome: Parameters<typeof end>[1];
  /** What the workflow is told. */
  readonly message: EnrollmentMessage;
  readonly data?: LogData;
  /** False leaves the workflow to the sweeper. */
  readonly isToldAtOnce?: boolean;
}

/**
 * Ends a locked enrollment on a caller's behalf, in the act's transaction: from the commit on it sends nothing, whatever its
 * workflow knows. False when it is gone or had ended before.
 */
export async function endEnrollment(
  act: Act,
  locked: LockedEnrollment | undefined,
  { outcome, message, data, isToldAtOnce = true }: Ending,
): Promise<boolean> {
  if (locked === undefined || !isLive(locked.standing.state)) return false;
  const { tx } = act;
  const happening = { ...happeningOf(act), messageId: message.messageId };
  await saveDecision(tx, locked, end(locked, outcome, happening, data));
  await queueForWorkflow(tx, locked.row, message);
  if (isToldAtOnce) passOn(act, locked.row.id);
  return true;
}

/** Has the gateway deliver what the outbox holds for an enrollment, once the call has been committed. */
export function passOn(act: Act, enrollmentId: string): void {
  const { accountId, ports } = act;
  act.afterCommit(async () => {
    await ports.workflows.deliver({ accountId, enrollmentId });
    return undefined;
  });
}
