import { findContact } from '../../db/queries/contacts.js';
import { findLiveEnrollment } from '../../db/queries/enrollments/list.js';
import { claimEvent, noteEffects } from '../../db/queries/events.js';
import type { Reference } from '../../db/queries/reference.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { isLive } from '../../domain/enrollment/state.js';
import type { MeetingOrigin } from '../../domain/enrollment/stopping.js';
import type { Instant } from '../../domain/time/types.js';
import { holdsScope } from '../access.js';
import type { Act } from '../act.js';
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
  readonly effects: readonly EventEffect[];
}

/**
 * Applies a reported event, once by its id: a reply or a meeting ends enrollments, an absence pauses one, an open is
 * kept (ENR-20 to ENR-23, REP-07). An acting user reports about what they may know of: an enrollment that is not shared
 * with them stays as it is; a key that may not read is told of no effects. Refuses an unknown name, a named enrollment that has ended, and an id that another event has.
 */
export async function reportEvent(act: Act, event: ReportedEvent): Promise<NotedEvent> {
  const { tx, accountId, now } = act;
  const noted = {
    accountId,
    id: event.id,
    type: event.what.type,
    digest: event.digest,
    occurredAt: event.occurredAt ?? now,
    receivedAt: now,
  };
  const told = async (effects: readonly EventEffect[]) =>
    holdsScope(act.scopes, 'read')
      ? onlyKnown(act, effects, ({ enrollmentId }) => enrollmentId)
      : [];
  const earlier = await claimEvent(tx, noted);
  if (earlier) {
    if (earlier.digest === event.digest)
      return { ...earlier, effects: await told(earlier.effects) };
    return refuse('CONFLICT', 'Another event was reported under this id; give each its own.');
  }
  const ofEvent: Act = { ...act, cause: { kind: 'event', id: event.id } };
  const effects = await takeEffect(ofEvent, event, noted.occurredAt);
  if (effects.length > 0) await noteEffects(tx, noted, effects);
  return { ...noted, effects: await told(effects) };
}

async function takeEffect(
  act: Act,
  event: ReportedEvent,
  openedAt: Instant,
): Promise<readonly EventEffect[]> {
  const { id, what, enrollmentId, contact } = event;
  if (what.type === 'open') {
    await keepOpen(act, { id, openedAt, automatic: what.automatic, enrollmentId, contact });
    return [];
  }
  const viewer = act.actingUser;
  const message: EnrollmentMessage = { ...messageOf(what), messageId: `event:${id}` };
  if (contact !== undefined) {
    const found = await findContact(act.tx, act.accountId, contact);
    if (found === undefined) return refuseUnknown('contact', '/contact');
    const live = await findLiveEnrollment(act.tx, act.accountId, found.id, null);
    const taken = live && (await takeMessage(act, { enrollmentId: live.id, message, viewer }));
    return taken?.effects ?? [];
  }
  const taken = await takeMessage(act, { enrollmentId: enrollmentId ?? '', message, viewer });
  if (taken === undefined) return refuseUnknown('enrollment', '/enrollmentId');
  if (taken.refusal !== undefined && !isLive(taken.enrollment.standing.state)) {
    return refuse('ENROLLMENT_ENDED', 'The enrollment has ended; there is nothing left to stop.');
  }
  return taken.effects;
}

function messageOf(
  what: Exclude<ReportedEvent['what'], { readonly type: 'open' }>,
): Omit<EnrollmentMessage, 'messageId'> {
  if (what.type !== 'out_of_office') return what;
  const { returnAt } = what;
  return { type: 'outOfOffice', ...(returnAt !== undefined && { returnAt }) };
}
