import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import { createApplyMessage } from './apply-message.js';
import { createCreateTask } from './create-task.js';
import type { ActivityDeps } from './deps.js';
import { createEndPause } from './end-pause.js';
import { createSendEmail } from './send-email.js';
import { createSendReminders } from './send-reminders.js';
import { createSweepOutbox } from './sweep-outbox.js';

/** All activities, built from what they need. */
export function createActivities(deps: ActivityDeps): EnrollmentActivities & MaintenanceActivities {
  return {
    sendEmail: createSendEmail(deps),
    createTask: createCreateTask(deps),
    applyMessage: createApplyMessage(deps),
    endPause: createEndPause(deps),
    sendReminders: createSendReminders(deps),
    sweepOutbox: createSweepOutbox(deps),
  };
}
