import { eraseContact, liveEnrollmentIds, lockContact } from '../db/queries/contact-deletion.js';
import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
} from '../db/queries/enrollment-changes.js';
import { newId } from '../db/new-id.js';
import { end } from '../domain/enrollment/progress.js';
import { isLive } from '../domain/enrollment/state.js';
import type { CallContext } from './endpoint.js';
import { passOn } from './enrollment-message.js';
import { refuseUnknown } from './problem.js';

export interface DeletedContact {
  readonly id: string;
  readonly deletedAt: string;
  /** The enrollments that it ended. */
  readonly unenrolled: readonly string[];
}

/**
 * Deletes a contact: ends its live enrollment with the reason `contact_deleted` and cancels its open tasks, whoever may see
 * the sequence, and erases what is personal. The history of its enrollments stays.
 */
export async function deleteContact(call: CallContext, named: string): Promise<DeletedContact> {
  const { tx, accountId, now } = call;
  const contact = await lockContact(tx, accountId, { named });
  if (contact === undefined) return refuseUnknown('contact');
  const unenrolled: string[] = [];
  for (const enrollmentId of await liveEnrollmentIds(tx, accountId, contact.id)) {
    if (await endEnrollment(call, enrollmentId)) unenrolled.push(enrollmentId);
  }
  await eraseContact(tx, accountId, contact.id, now);
  return { id: contact.id, deletedAt: now, unenrolled };
}

async function endEnrollment(call: CallContext, enrollmentId: string): Promise<boolean> {
  const { tx, accountId, actor, now, requestId } = call;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined || !isLive(locked.standing.state)) return false;
  const messageId = newId(now);
  const happening = {
    at: now,
    actor,
    cause: { kind: 'request', id: requestId },
    messageId,
  } as const;
  const outcome = { state: 'unenrolled', reason: 'contact_deleted' } as const;
  await saveDecision(tx, locked, end(locked, outcome, happening));
  await queueForWorkflow(tx, locked.row, { type: 'unenroll', messageId });
  passOn(call, enrollmentId);
  return true;
}
