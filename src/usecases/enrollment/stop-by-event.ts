import { lockEnrollment, type EnrollmentRecord } from '../../db/queries/enrollments/save.js';
import { idsToStop } from '../../db/queries/enrollments/list.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import { companyReason, ownReason, type Stopping } from '../../domain/enrollment/stopping.js';
import type { Act } from '../act.js';
import { endEnrollment } from './tell-enrollment.js';

/** What stops an enrollment, under the caller's id. */
export interface StoppingEvent extends Stopping {
  readonly id: string;
}

/**
 * Ends the enrollment that an event is about and, where the sequence says so, those of the same company in the same
 * sequence (ENR-20 to ENR-23). From the commit on none of them sends, whatever Temporal knows.
 */
export async function stopByEvent(
  act: Act,
  own: EnrollmentRecord,
  event: StoppingEvent,
): Promise<readonly EventEffect[]> {
  const { tx, accountId } = act;
  const ofEvent: Act = { ...act, cause: { kind: 'event', id: event.id } };
  const { id: enrollmentId, sequenceId, contactId } = own.row;
  const company = own.definition.settings.unenrollCompany;
  const ids = await idsToStop(tx, accountId, { enrollmentId, sequenceId, contactId }, company);
  const effects: EventEffect[] = [];
  for (const id of ids) {
    const locked = await lockEnrollment(tx, accountId, id);
    const reason = id === enrollmentId ? ownReason(event) : companyReason(event);
    const outcome = { state: 'unenrolled', reason } as const;
    const hasEnded = await endEnrollment(ofEvent, locked, {
      outcome,
      message: { type: event.type, messageId: `event:${event.id}` },
      data: id === enrollmentId ? {} : { throughEnrollmentId: enrollmentId },
    });
    if (hasEnded) effects.push({ enrollmentId: id, ...outcome });
  }
  return effects;
}
