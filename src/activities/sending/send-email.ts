import type { EnrollmentActivities, RunStepInput } from '../../contract/activities.js';
import { renewLease } from '../../db/queries/email-sends.js';
import type { EnrollmentStatus } from '../../domain/enrollment/status.js';
import { activityClock } from '../activity-clock.js';
import type { ActivityDeps } from '../deps.js';
import { reserveSend } from './reserve-send.js';
import { sendUnderLease } from './send-under-lease.js';
import { enterData, settleSend } from './settle-send.js';

/** Sends the email of one step, once in effect. */
export function createSendEmail(deps: ActivityDeps): EnrollmentActivities['sendEmail'] {
  return (input: RunStepInput): Promise<EnrollmentStatus> =>
    sendUnderLease(deps, activityClock(deps, input.at), {
      mailId: `${input.enrollmentId}/${input.stepId}`,
      claim: (tx, terms) => reserveSend(tx, input, deps, terms),
      renew: (send) => renewLease(deps.db, send, deps.sendLeaseMs),
      enterData,
      settle: settleSend,
    });
}
