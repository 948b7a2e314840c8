import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
} from '../../db/queries/enrollments/save.js';
import { applyMessage } from '../../domain/enrollment/apply-message.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import type { Instant } from '../../domain/time/types.js';
import type { Act } from '../act.js';
import { passOn } from './tell-enrollment.js';

/**
 * Pauses the enrollment of somebody who is out of office until they are back (worked date 18). Without effect where the
 * rules give it none: a person has paused it, or the contact is back by now.
 */
export async function pauseByEvent(
  act: Act,
  enrollmentId: string,
  event: { readonly id: string; readonly returnAt: Instant | undefined },
): Promise<readonly EventEffect[]> {
  const { tx, accountId, actor, now } = act;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) return [];
  const message: EnrollmentMessage = {
    type: 'outOfOffice',
    messageId: `event:${event.id}`,
    ...(event.returnAt !== undefined && { returnAt: event.returnAt }),
  };
  const cause = { kind: 'event', id: event.id } as const;
  const decision = applyMessage(locked, message, { at: now, actor, cause });
  if (decision.kind === 'refusal') return [];
  const { standing } = await saveDecision(tx, locked, decision);
  await queueForWorkflow(tx, locked.row, message);
  passOn(act, enrollmentId);
  const { state, pausedUntil } = standing;
  const until = pausedUntil === null ? {} : { until: pausedUntil };
  return [{ enrollmentId, state, reason: 'out_of_office', ...until }];
}
