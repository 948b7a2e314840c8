import type { BulkActivities } from '../contract/bulk.js';
import type { TaskEmailActivities } from '../contract/task-email.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import { createApplyMessage } from './apply-message.js';
import { createCheckRuns } from './check-runs.js';
import { createCreateTask } from './create-task.js';
import { createDeleteOldSlots } from './delete-old-slots.js';
import type { ActivityDeps } from './deps.js';
import { createEndPause } from './end-pause.js';
import { createCancelBulk, createEnrollItems } from './enroll-items.js';
import { putOffFailing } from './put-off-failing.js';
import { createRunGuard } from './run-guard.js';
import { createSendEmail } from './sending/send-email.js';
import { createSendReminders } from './sending/send-reminders.js';
import { createSendTaskEmail, createWithdrawTaskEmail } from './sending/send-task-email.js';
import { createSweepOutbox } from './sweep-outbox.js';

/** All activities, built from what they need. */
export function createActivities(
  deps: ActivityDeps,
): EnrollmentActivities & BulkActivities & TaskEmailActivities & MaintenanceActivities {
  const ofRun = createRunGuard(deps);
  return {
    sendEmail: ofRun(putOffFailing(deps, createSendEmail(deps))),
    createTask: ofRun(putOffFailing(deps, createCreateTask(deps))),
    applyMessage: ofRun(createApplyMessage(deps)),
    endPause: ofRun(putOffFailing(deps, createEndPause(deps))),
    enrollItems: ofRun(createEnrollItems(deps)),
    cancelBulk: ofRun(createCancelBulk(deps)),
    sendTaskEmail: ofRun(createSendTaskEmail(deps)),
    withdrawTaskEmail: ofRun(createWithdrawTaskEmail(deps)),
    sendReminders: createSendReminders(deps),
    sweepOutbox: createSweepOutbox(deps),
    checkRuns: createCheckRuns(deps),
    deleteOldSlots: createDeleteOldSlots(deps),
  };
}
