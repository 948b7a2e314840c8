import { findContact } from '../../db/queries/contacts.js';
import { contactOf } from '../../db/queries/contact-opens.js';
import { findLiveEnrollment } from '../../db/queries/enrollments/list.js';
import { lastThatWrote } from '../../db/queries/enrollments/live.js';
import { saveDecision } from '../../db/queries/enrollments/save.js';
import { noteLate } from '../../domain/enrollment/apply-message.js';
import { claimEvent, noteOutcome, type EventOutcome } from '../../db/queries/events.js';
import type { Reference } from '../../db/queries/reference.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { isLive } from '../../domain/enrollment/state.js';
import { isStopping, type MeetingOrigin } from '../../domain/enrollment/stopping.js';
import type { Instant } from '../../domain/time/types.js';
import { holdsScope } from '../access.js';
import { happeningOf, type Act } from '../act.js';
import { keepOpen } from '../contact/keep-open.js';
import { onlyKnown } from '../enrollment/only-known.js';
import { takeMessage } from '../enrollment/take-message.js';
import { refuse, refuseUnknown } from '../refusal.js';

/** What somebody reports to have happened to one enrollment or one contact. */
export interface ReportedEvent {
  /** The reporter's own id; one id has one effect. */
  readonly id: string;
  /** Equal for equal reports. */
  readonly digest: string;
  /** Now without it. */
  readonly occurredAt?: Instant | undefined;
  readonly enrollmentId?: string | undefined;
  readonly contact?: Reference | undefined;
  readonly what:
    | { readonly type: 'reply' }
    | { readonly type: 'meeting'; readonly via: MeetingOrigin }
    | { readonly type: 'out_of_office'; readonly returnAt?: Instant | undefined }
    /** `automatic` when a machine opened it. */
    | { readonly type: 'open'; readonly automatic: boolean };
}

/** A report as it is kept, with what it did the first time to enrollments that the acting user may know of. */
export interface NotedEvent {
  readonly id: string;
  readonly type: ReportedEvent['what']['type'];
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly contactId: string | null;
  /** The enrollment that it was told of, or in whose timeline it stands. */
  readonly enrollmentId: string | null;
  readonly effects: readonly EventEffect[];
}

/**
 * Applies a reported event, once by its id: a reply or a meeting ends enrollments, an absence pauses one, an open is
 * kept (ENR-20 to ENR-23, REP-07). A reply or a meeting after the end stands in the timeline of the enrollment that last wrote
 * to the contact, and counts. What came about before an enrollment began leaves it as it is. An acting user reports about what
 * they may know of: an enrollment that is not shared with them stays as it is; a key that may not read is told of nothing.
 * Refuses an unknown name, and an id that another event has.
 */
export async function reportEvent(act: Act, event: ReportedEvent): Promise<NotedEvent> {
  const { tx, accountId, now } = act;
  const claimed = {
    accountId,
    id: event.id,
    type: event.what.type,
    digest: event.digest,
    occurredAt: event.occurredAt ?? now,
    receivedAt: now,
  };
  const earlier = await claimEvent(tx, claimed);
  if (earlier) {
    if (earlier.digest === event.digest) return tell(act, earlier);
    return refuse('CONFLICT', 'Another event was reported under this id; give each its own.');
  }
  const ofEvent: Act = { ...act, cause: { kind: 'event', id: event.id } };
  const outcome = await takeEffect(ofEvent, event, claimed.occurredAt);
  await noteOutcome(tx, claimed, outcome);
  return tell(act, { ...claimed, ...outcome });
}

/** As much of an event as whoever asks may know. */
export async function tell<E extends EventOutcome>(act: Act, event: E): Promise<E> {
  if (!holdsScope(act.scopes, 'read')) {
    return { ...event, contactId: null, enrollmentId: null, effects: [] };
  }
  const { enrollmentId } = event;
  const about = enrollmentId === null ? [] : [enrollmentId];
  const [known] = await onlyKnown(act, about, (id) => id);
  const effects = await onlyKnown(act, event.effects, (effect) => effect.enrollmentId);
  return { ...event, enrollmentId: known ?? null, effects };
}

async function takeEffect(
  act: Act,
  event: ReportedEvent,
  occurredAt: Instant,
): Promise<EventOutcome> {
  const { id, what, enrollmentId = null, contact } = event;
  const contactId = await whoseEvent(act, event);
  if (what.type === 'open') {
    const { automatic } = what;
    await keepOpen(act, { id, openedAt: occurredAt, automatic, enrollmentId, contactId });
    return { contactId, enrollmentId, effects: [] };
  }
  const concerned = enrollmentId ?? (await concernedBy(act, contactId, { what, occurredAt }));
  if (concerned === undefined) return { contactId, enrollmentId: null, effects: [] };
  const message: EnrollmentMessage = { ...messageOf(what), messageId: `event:${id}` };
  const viewer = act.actingUser;
  const taken = await takeMessage(act, { enrollmentId: concerned, message, viewer, occurredAt });
  if (taken === undefined) {
    if (contact === undefined) return refuseUnknown('enrollment', '/enrollmentId');
    return { contactId, enrollmentId: null, effects: [] };
  }
  const { enrollment, effects, refusal } = taken;
  const isLate = refusal !== undefined && !isLive(enrollment.standing.state);
  if (isLate && isStopping(message) && occurredAt >= enrollment.row.enrolledAt) {
    const happening = { ...happeningOf(act), messageId: message.messageId };
    await saveDecision(act.tx, enrollment, noteLate(enrollment, message, happening, occurredAt));
  }
  return { contactId, enrollmentId: concerned, effects };
}

/** The contact whom an event is about. Refuses an unknown name. */
async function whoseEvent(
  { tx, accountId, actingUser }: Act,
  { contact, enrollmentId = '' }: ReportedEvent,
): Promise<string> {
  if (contact === undefined) {
    const contactId = await contactOf(tx, accountId, enrollmentId, actingUser);
    return contactId ?? refuseUnknown('enrollment', '/enrollmentId');
  }
  const found = await findContact(tx, accountId, contact);
  return found === undefined ? refuseUnknown('contact', '/contact') : found.id;
}

/** The enrollment that an event of a contact concerns: the live one or, of a reply or a meeting, the last that wrote. */
async function concernedBy(
  { tx, accountId }: Act,
  contactId: string,
  { what, occurredAt }: { readonly what: ReportedEvent['what']; readonly occurredAt: Instant },
): Promise<string | undefined> {
  const live = await findLiveEnrollment(tx, accountId, contactId, null);
  if (live !== undefined && live.enrolledAt <= occurredAt) return live.id;
  return isStopping(what) ? lastThatWrote(tx, accountId, contactId, occurredAt) : undefined;
}

function messageOf(
  what: Exclude<ReportedEvent['what'], { readonly type: 'open' }>,
): Omit<EnrollmentMessage, 'messageId'> {
  if (what.type !== 'out_of_office') return what;
  const { returnAt } = what;
  return { type: 'outOfOffice', ...(returnAt !== undefined && { returnAt }) };
}
