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
import type { Cause, LogData } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { end } from '../../domain/enrollment/progress.js';
import { isLive } from '../../domain/enrollment/state.js';
import type { CallContext } from '../../api/http/endpoint.js';
import { refuse, refuseUnknown } from '../../api/http/problem.js';

/**
 * Says something to an enrollment on a caller's behalf: decided and written to Postgres in the call's transaction, and
 * passed on to the workflow after the commit. Refuses what the rules do not allow, and, like an unknown one, an enrollment
 * that `viewer`, the acting user, may not know of.
 */
export async function tellEnrollment(
  call: CallContext,
  enrollmentId: string,
  said: Omit<EnrollmentMessage, 'messageId'>,
  viewer: Viewer = call.actingUser,
): Promise<EnrollmentRecord> {
  const { tx, accountId, actor, now, requestId } = call;
  const locked = await lockEnrollment(tx, accountId, enrollmentId, viewer);
  if (locked === undefined) return refuseUnknown('enrollment');
  const message: EnrollmentMessage = { ...said, messageId: newId(now) };
  const decision = applyMessage(locked, message, {
    at: now,
    actor,
    cause: { kind: 'request', id: requestId },
  });
  if (decision.kind === 'refusal') return refuse(decision.code, decision.detail);
  const saved = await saveDecision(tx, locked, decision);
  await queueForWorkflow(tx, locked.row, message);
  passOn(call, enrollmentId);
  return saved;
}

/** How a call ends an enrollment. */
export interface Ending {
  readonly outcome: Parameters<typeof end>[1];
  readonly cause: Cause;
  /** What the workflow is told. */
  readonly message: EnrollmentMessage;
  readonly data?: LogData;
  /** False leaves the workflow to the sweeper. */
  readonly isToldAtOnce?: boolean;
}

/**
 * Ends a locked enrollment on a caller's behalf, in the call's transaction: from the commit on it sends nothing, whatever its
 * workflow knows. False when it is gone or had ended before.
 */
export async function endEnrollment(
  call: CallContext,
  locked: LockedEnrollment | undefined,
  { outcome, cause, message, data, isToldAtOnce = true }: Ending,
): Promise<boolean> {
  if (locked === undefined || !isLive(locked.standing.state)) return false;
  const { tx, actor, now } = call;
  const happening = { at: now, actor, cause, messageId: message.messageId };
  await saveDecision(tx, locked, end(locked, outcome, happening, data));
  await queueForWorkflow(tx, locked.row, message);
  if (isToldAtOnce) passOn(call, locked.row.id);
  return true;
}

/** Has the gateway deliver what the outbox holds for an enrollment, once the call has been committed. */
export function passOn(call: CallContext, enrollmentId: string): void {
  const { accountId, deps } = call;
  call.afterCommit(async () => {
    await deps.workflows.deliver({ kind: 'enrollment', accountId, id: enrollmentId });
    return undefined;
  });
}
