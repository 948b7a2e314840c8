import { newId } from '../db/new-id.js';
import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
  type EnrollmentRecord,
} from '../db/queries/enrollment-changes.js';
import type { Viewer } from '../domain/access/sharing.js';
import { applyMessage } from '../domain/enrollment/apply-message.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { CallContext } from './endpoint.js';
import { refuse, refuseUnknown } from './problem.js';

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

/** Has the gateway deliver what the outbox holds for an enrollment, once the call has been committed. */
export function passOn(call: CallContext, enrollmentId: string): void {
  const { accountId, deps } = call;
  call.afterCommit(async () => {
    await deps.workflows.deliver({ accountId, enrollmentId });
    return undefined;
  });
}
