import { findContact } from '../../db/queries/contacts.js';
import { contactOf } from '../../db/queries/contact-opens.js';
import { findLiveEnrollment } from '../../db/queries/enrollments/list.js';
import { lastThatWrote, lastThatWroteTo } from '../../db/queries/enrollments/wrote.js';
import { normalizedEmail, type Reference } from '../../db/queries/reference.js';
import { latestStart } from '../../domain/enrollment/latest-start.js';
import { isLogged, isStopping } from '../../domain/enrollment/stopping.js';
import type { Instant } from '../../domain/time/types.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';
import type { ReportedEvent } from './reported-event.js';

/** Whom an event is about, and what it concerns. */
export interface Concern {
  readonly contactId: string;
  /** The enrollment that it is told of, or in whose timeline it stands. */
  readonly enrollmentId: string | null;
  /** Live enrollments that it concerns besides. */
  readonly others: readonly string[];
}

/**
 * What an event concerns: the enrollment that is named or, of a contact, the live one, else the last that wrote. An address to
 * which nothing was sent for whoever has it stands for the contact who had it when it was written to (3.19). A contact who is in
 * another enrollment now answers in that one, too (2.2). Refuses an unknown name.
 */
export async function concernOf(
  act: Act,
  event: ReportedEvent,
  occurredAt: Instant,
): Promise<Concern> {
  const told = await toldOf(act, event, occurredAt);
  const { enrollmentId } = told;
  if (enrollmentId === null) return told;
  const live = await findLiveEnrollment(act.tx, act.accountId, told.contactId, null);
  const others = new Set([...told.others, ...(live === undefined ? [] : [live.id])]);
  others.delete(enrollmentId);
  return { ...told, others: [...others].sort() };
}

async function toldOf(act: Act, event: ReportedEvent, occurredAt: Instant): Promise<Concern> {
  const { tx, accountId, actingUser } = act;
  const { enrollmentId = '', contact } = event;
  if (contact !== undefined) return toldByContact(act, contact, event.what, occurredAt);
  const contactId = await contactOf(tx, accountId, enrollmentId, actingUser);
  if (contactId === undefined) return refuseUnknown('enrollment', '/enrollmentId');
  return { contactId, enrollmentId, others: [] };
}

async function toldByContact(
  act: Act,
  contact: Reference,
  what: ReportedEvent['what'],
  occurredAt: Instant,
): Promise<Concern> {
  const { tx, accountId, actingUser } = act;
  const until = latestStart(occurredAt);
  const holder = await findContact(tx, accountId, contact);
  const holderId = holder?.id ?? null;
  const wrote = holderId === null ? null : await lastThatWrote(tx, accountId, holderId, until);
  const live = holderId === null ? null : await liveAt(act, holderId, what, until);
  if (wrote === null) {
    const viewer = actingUser;
    const before = await lastThatWroteTo(tx, accountId, addressIn(contact), { until, viewer });
    if (before !== undefined) return { ...before, others: live === null ? [] : [live] };
  }
  if (holderId === null) return refuseUnknown('contact', '/contact');
  return {
    contactId: holderId,
    enrollmentId: live ?? (isStopping(what) ? wrote : null),
    others: [],
  };
}

/** The live enrollment of a contact, unless it began too late. */
async function liveAt(
  { tx, accountId }: Act,
  contactId: string,
  what: ReportedEvent['what'],
  until: Instant,
): Promise<string | null> {
  const live = await findLiveEnrollment(tx, accountId, contactId, null);
  if (live === undefined) return null;
  return isLogged(what) || live.enrolledAt <= until ? live.id : null;
}

/** The address that a contact is named by, in the form in which addresses are compared; empty for another name. */
function addressIn(contact: Reference): string {
  return 'email' in contact ? (normalizedEmail(contact.email) ?? '') : '';
}
