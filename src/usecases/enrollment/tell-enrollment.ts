import { newId } from '../../db/new-id.js';
import type { EnrollmentRecord } from '../../db/queries/enrollments/read.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { whenPaused } from '../../domain/enrollment/paused-by.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { refuse, refuseUnknown } from '../refusal.js';
import { pausedByOf } from './paused-by.js';
import { takeMessage } from './take-message.js';

/** What sends again, or other than planned. To stop needs no permission. */
const goesOn: readonly EnrollmentMessage['type'][] = ['resume', 'skipStep'];

/**
 * Passes a message to an enrollment on a caller's behalf. Refuses what the rules do not allow. An enrollment that
 * the acting user may not know of is refused like an unknown one.
 */
export async function tellEnrollment(
  act: Act,
  enrollmentId: string,
  said: Omit<EnrollmentMessage, 'messageId'>,
): Promise<EnrollmentRecord> {
  if (goesOn.includes(said.type)) requirePermission(act, 'sequences');
  const message = { ...said, messageId: newId(act.now) };
  const taken = await takeMessage(act, { enrollmentId, message, viewer: act.actingUser });
  if (taken === undefined) return refuseUnknown('enrollment');
  const { refusal, enrollment } = taken;
  if (refusal === undefined) return enrollment;
  const by = enrollment.row.state === 'paused' ? await pausedByOf(act, enrollment) : undefined;
  const paused = by && ` It was paused ${whenPaused(by, enrollment.timeZone)}.`;
  return refuse(refusal.code, `${refusal.detail}${paused ?? ''}`);
}
