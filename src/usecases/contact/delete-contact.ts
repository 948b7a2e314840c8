import { eraseContact, liveEnrollmentIds, lockContact } from '../../db/queries/contact-deletion.js';
import { lockEnrollment } from '../../db/queries/enrollments/save.js';
import { newId } from '../../db/new-id.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { endEnrollment } from '../enrollment/tell-enrollment.js';
import { refuseUnknown } from '../refusal.js';

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
export async function deleteContact(act: Act, named: string): Promise<DeletedContact> {
  const { tx, accountId, now } = act;
  const contact = await lockContact(tx, accountId, { named });
  if (contact === undefined) return refuseUnknown('contact');
  const unenrolled: string[] = [];
  for (const enrollmentId of await liveEnrollmentIds(tx, accountId, contact.id)) {
    const locked = await lockEnrollment(tx, accountId, enrollmentId);
    const hasEnded = await endEnrollment(act, locked, {
      outcome: { state: 'unenrolled', reason: 'contact_deleted' },
      message: { type: 'unenroll', messageId: newId(now) },
    });
    if (hasEnded) unenrolled.push(enrollmentId);
  }
  await eraseContact(tx, accountId, contact.id, now);
  await note(act, { subject: 'contact', id: contact.id, type: 'erased' });
  return { id: contact.id, deletedAt: now, unenrolled };
}
