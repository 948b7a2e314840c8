import type { RetryPolicy } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { BulkActivities } from '../contract/bulk.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import type { TaskEmailActivities } from '../contract/task-email.js';

/**
 * Activities are tried until they succeed, so what a retry cannot mend is returned as a state and not thrown. Even rows that are
 * missing may come back: a failure that ended a run would leave its row live. A send may talk to a slow server for minutes; when its heartbeat stops, Temporal knows within seconds that the worker is gone.
 */
const retry: RetryPolicy = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
};

/** Sends one email; a cancelled workflow waits for the outcome, so that none is lost. */
export const sending = proxyActivities<Pick<EnrollmentActivities, 'sendEmail'>>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** Sends the email of a task, in the same way. */
export const sendingTaskEmail = proxyActivities<Pick<TaskEmailActivities, 'sendTaskEmail'>>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** Short transactions on Postgres. A step whose worker was killed waits no longer than the time-out. */
export const recording = proxyActivities<Omit<EnrollmentActivities, 'sendEmail'>>({
  startToCloseTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** The same, for the email of a task. */
export const recordingTaskEmail = proxyActivities<Pick<TaskEmailActivities, 'withdrawTaskEmail'>>({
  startToCloseTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** Enrolls many in small transactions, which stay when the worker dies; its missing heartbeat shows that within seconds. */
export const enrolling = proxyActivities<BulkActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** Sends reminders. A missing heartbeat shows within seconds that the worker is gone, so that the sweeper goes on soon. */
export const reminding = proxyActivities<Pick<MaintenanceActivities, 'sendReminders'>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { ...retry, maximumAttempts: 3 },
});

/** One round of tidying. It is tried three times only, since the next round comes soon. A missing heartbeat shows within seconds that the worker is gone. */
export const maintenance = proxyActivities<Omit<MaintenanceActivities, 'sendReminders'>>({
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '8 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { ...retry, maximumAttempts: 3 },
});
