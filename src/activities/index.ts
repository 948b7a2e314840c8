import type { BulkActivities } from '../contract/bulk.js';
import type { TaskEmailActivities } from '../contract/task-email.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import { createApplyMessage } from './apply-message.js';
import { createCreateTask } from './create-task.js';
import { createDeleteOldSlots } from './delete-old-slots.js';
import type { ActivityDeps } from './deps.js';
import { createEndPause } from './end-pause.js';
import { createCancelBulk, createEnrollItems } from './enroll-items.js';
import { putOffFailing } from './put-off-failing.js';
import { createSendEmail } from './sending/send-email.js';
import { createSendReminders } from './sending/send-reminders.js';
import { createSendTaskEmail, createWithdrawTaskEmail } from './sending/send-task-email.js';
import { createSweepOutbox } from './sweep-outbox.js';

/** All activities, built from what they need. */
export function createActivities(
  deps: ActivityDeps,
): EnrollmentActivities & BulkActivities & TaskEmailActivities & MaintenanceActivities {
  return {
    sendEmail: putOffFailing(deps, createSendEmail(deps)),
    createTask: putOffFailing(deps, createCreateTask(deps)),
    applyMessage: createApplyMessage(deps),
    endPause: putOffFailing(deps, createEndPause(deps)),
    enrollItems: createEnrollItems(deps),
    cancelBulk: createCancelBulk(deps),
    sendTaskEmail: createSendTaskEmail(deps),
    withdrawTaskEmail: createWithdrawTaskEmail(deps),
    sendReminders: createSendReminders(deps),
    sweepOutbox: createSweepOutbox(deps),
    deleteOldSlots: createDeleteOldSlots(deps),
  };
}
