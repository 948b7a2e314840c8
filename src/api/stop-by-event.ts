import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
  type EnrollmentRecord,
} from '../db/queries/enrollment-changes.js';
import { idsToStop } from '../db/queries/enrollments.js';
import type { EventEffect } from '../domain/enrollment/log.js';
import { end } from '../domain/enrollment/progress.js';
import { isLive, type EnrollmentReason } from '../domain/enrollment/state.js';
import type { CallContext } from './endpoint.js';
import { passOn } from './enrollment-message.js';

/** What stops an enrollment: a reply, or a meeting that was booked through a link or logged. */
export interface StoppingEvent {
  readonly id: string;
  readonly type: 'reply' | 'meeting';
  readonly via: 'link' | 'logged';
}

/**
 * Ends the enrollment that an event is about and, where the sequence says so, those of the same company in the same
 * sequence (ENR-20 to ENR-23). From the commit on none of them sends, whatever Temporal knows.
 */
export async function stopByEvent(
  call: CallContext,
  own: EnrollmentRecord,
  event: StoppingEvent,
): Promise<readonly EventEffect[]> {
  const { tx, accountId } = call;
  const { id: enrollmentId, sequenceId, contactId } = own.row;
  const company = own.definition.settings.unenrollCompany;
  const ids = await idsToStop(tx, accountId, { enrollmentId, sequenceId, contactId }, company);
  const effects: EventEffect[] = [];
  for (const id of ids) {
    const locked = await lockEnrollment(tx, accountId, id);
    if (locked === undefined || !isLive(locked.standing.state)) continue;
    const reason = id === enrollmentId ? ownReason(event) : companyReason(event);
    const state = 'unenrolled';
    const through = id === enrollmentId ? {} : { throughEnrollmentId: enrollmentId };
    const happening = {
      at: call.now,
      actor: call.actor,
      cause: { kind: 'event', id: event.id },
      messageId: `event:${event.id}`,
    } as const;
    await saveDecision(tx, locked, end(locked, { state, reason }, happening, through));
    await queueForWorkflow(tx, locked.row, { type: event.type, messageId: happening.messageId });
    passOn(call, id);
    effects.push({ enrollmentId: id, state, reason });
  }
  return effects;
}

function ownReason({ type, via }: StoppingEvent): EnrollmentReason {
  if (type === 'reply') return 'replied';
  return via === 'link' ? 'meeting_link' : 'meeting_logged';
}

function companyReason({ type }: StoppingEvent): EnrollmentReason {
  return type === 'reply' ? 'company_replied' : 'company_meeting';
}
