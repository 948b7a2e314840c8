import { eraseContact, lockContact } from '../../db/queries/contact-deletion.js';
import { liveIds } from '../../db/queries/enrollments/live.js';
import { end } from '../../domain/enrollment/progress.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { changeMany } from '../enrollment/change-many.js';
import { onlyKnown } from '../enrollment/only-known.js';
import { note } from '../log.js';
import { refuseUnknown } from '../refusal.js';

export interface DeletedContact {
  readonly id: string;
  readonly deletedAt: string;
  /** The enrollments that it ended and that the acting user may know of. */
  readonly unenrolled: readonly string[];
}

/**
 * Deletes a contact and erases its personal data. Its live enrollment ends with the reason `contact_deleted` and its
 * open tasks are cancelled, no matter who may see the sequence. The history of its enrollments stays.
 */
export async function deleteContact(act: Act, named: string): Promise<DeletedContact> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const contact = await lockContact(tx, accountId, { named });
  if (contact === undefined) return refuseUnknown('contact');
  const outcome = { state: 'unenrolled', reason: 'contact_deleted' } as const;
  const ids = await liveIds(tx, accountId, { contactId: contact.id });
  const ended = await changeMany(act, ids, {
    tell: 'unenroll',
    decide: (current, happening) => end(current, outcome, happening),
  });
  const unenrolled = await onlyKnown(act, ended, (id) => id);
  const closedById = act.actingUser?.id ?? null;
  await eraseContact(tx, contact, { deletedAt: now, closedById });
  await note(act, { subject: 'contact', id: contact.id, type: 'erased' });
  return { id: contact.id, deletedAt: now, unenrolled };
}
