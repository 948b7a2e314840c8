import { insertOpen } from '../../db/queries/contact-opens.js';
import type { Instant } from '../../domain/time/types.js';
import type { Act } from '../act.js';
import { note } from '../log.js';

/** A reported open, under the caller's id. */
export interface OpenEvent {
  readonly id: string;
  readonly openedAt: Instant;
  readonly automatic: boolean;
  /** The enrollment whose mail was opened, if the report names it. */
  readonly enrollmentId: string | null;
  readonly contactId: string;
}

/**
 * Records when a contact opened a mail, so that send times can be chosen by it (REP-07, SET-08). It changes no
 * enrollment, and none needs to be running; nothing is kept for a deleted contact.
 */
export async function keepOpen(act: Act, event: OpenEvent): Promise<void> {
  const { tx, accountId } = act;
  const { id: eventId, openedAt, automatic, enrollmentId, contactId } = event;
  const open = { accountId, eventId, contactId, enrollmentId, openedAt, automatic };
  if (!(await insertOpen(tx, open))) return;
  const data = { openedAt, automatic, ...(enrollmentId !== null && { enrollmentId }) };
  await note(act, { subject: 'contact', id: contactId, type: 'opened', data });
}
