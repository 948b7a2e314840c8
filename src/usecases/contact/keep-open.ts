import { contactOf, insertOpen } from '../../db/queries/contact-opens.js';
import { findContact } from '../../db/queries/contacts.js';
import type { Reference } from '../../db/queries/reference.js';
import type { Instant } from '../../domain/time/types.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuseUnknown } from '../refusal.js';

/** A reported open, under the caller's id. */
export interface OpenEvent {
  readonly id: string;
  readonly openedAt: Instant;
  readonly automatic: boolean;
  readonly enrollmentId: string | undefined;
  readonly contact: Reference | undefined;
}

/**
 * Records when a contact opened a mail, so that send times can be chosen by it (REP-07, SET-08). It changes no
 * enrollment, and none needs to be running; nothing is kept for a deleted contact. Refuses an enrollment or a contact
 * that is unknown.
 */
export async function keepOpen(act: Act, event: OpenEvent): Promise<void> {
  const { tx, accountId } = act;
  const { id: eventId, openedAt, automatic, enrollmentId = null } = event;
  const contactId = await whoOpened(act, event);
  const open = { accountId, eventId, contactId, enrollmentId, openedAt, automatic };
  if (!(await insertOpen(tx, open))) return;
  const data = { openedAt, automatic, ...(enrollmentId !== null && { enrollmentId }) };
  const ofEvent: Act = { ...act, cause: { kind: 'event', id: eventId } };
  await note(ofEvent, { subject: 'contact', id: contactId, type: 'opened', data });
}

async function whoOpened(
  { tx, accountId, actingUser }: Act,
  { contact, enrollmentId = '' }: OpenEvent,
): Promise<string> {
  if (contact === undefined) {
    const contactId = await contactOf(tx, accountId, enrollmentId, actingUser);
    return contactId ?? refuseUnknown('enrollment', '/enrollmentId');
  }
  const found = await findContact(tx, accountId, contact);
  return found === undefined ? refuseUnknown('contact', '/contact') : found.id;
}
