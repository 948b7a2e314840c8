import { saveDecision } from '../../db/queries/enrollments/save.js';
import { noteLate } from '../../domain/enrollment/apply-message.js';
import { claimEvent, noteOutcome, type EventOutcome } from '../../db/queries/events.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { isLive } from '../../domain/enrollment/state.js';
import { latestStart } from '../../domain/enrollment/latest-start.js';
import { isStopping } from '../../domain/enrollment/stopping.js';
import type { Instant } from '../../domain/time/types.js';
import { holdsScope } from '../access.js';
import { happeningOf, type Act } from '../act.js';
import { keepOpen } from '../contact/keep-open.js';
import { onlyKnown } from '../enrollment/only-known.js';
import { takeMessage } from '../enrollment/take-message.js';
import { refuse } from '../refusal.js';
import { concernOf, type Concern } from './concern-of.js';
import type { ReportedEvent } from './reported-event.js';

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
 * to the contact, counts, and ends the one that the contact is in now. What came about more than a minute before an enrollment
 * began leaves it as it is, except a meeting that is logged while it runs. An acting user reports about what they may know of:
 * an enrollment that is not shared with them stays as it is; a key that may not read is told of nothing. Refuses an unknown
 * name, and an id that another event has.
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
  const { id, what } = event;
  const concern = await concernOf(act, event, occurredAt);
  const { contactId } = concern;
  if (what.type === 'open') {
    const { enrollmentId = null } = event;
    const { automatic } = what;
    await keepOpen(act, { id, openedAt: occurredAt, automatic, enrollmentId, contactId });
    return { contactId, enrollmentId, effects: [] };
  }
  return apply(act, concern, { ...messageOf(what), messageId: `event:${id}` }, occurredAt);
}

/** Says it to the enrollments that it concerns; to one that has ended it is noted. */
async function apply(
  act: Act,
  { contactId, enrollmentId, others }: Concern,
  message: EnrollmentMessage,
  occurredAt: Instant,
): Promise<EventOutcome> {
  const take = (id: string) =>
    takeMessage(act, { enrollmentId: id, message, viewer: act.actingUser, occurredAt });
  const effects: EventEffect[] = [];
  // First, so that what the contact is in ends for its own sake and not for that of its company.
  for (const other of others) effects.push(...((await take(other))?.effects ?? []));
  const taken = enrollmentId === null ? undefined : await take(enrollmentId);
  if (taken === undefined) return { contactId, enrollmentId: null, effects };
  const { enrollment, refusal } = taken;
  const isLate = refusal !== undefined && !isLive(enrollment.standing.state);
  if (isLate && isStopping(message) && latestStart(occurredAt) >= enrollment.row.enrolledAt) {
    const happening = { ...happeningOf(act), messageId: message.messageId };
    await saveDecision(act.tx, enrollment, noteLate(enrollment, message, happening, occurredAt));
  }
  return { contactId, enrollmentId, effects: [...effects, ...taken.effects] };
}

function messageOf(
  what: Exclude<ReportedEvent['what'], { readonly type: 'open' }>,
): Omit<EnrollmentMessage, 'messageId'> {
  if (what.type !== 'out_of_office') return what;
  const { returnAt } = what;
  return { type: 'outOfOffice', ...(returnAt !== undefined && { returnAt }) };
}
