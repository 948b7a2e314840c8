import type { RetryPolicy } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { BulkActivities } from '../contract/bulk.js';
import type { EnrollmentActivities, MaintenanceActivities } from '../contract/activities.js';
import type { TaskEmailActivities } from '../contract/task-email.js';
import { bulkQueueOf, sendQueueOf } from '../contract/task-queues.js';

/**
 * Where an activity that talks to a mail server runs. A replay does not look at the task queue, so that runs of earlier releases
 * come to it with their next mail.
 */
export function onSendQueue(): { readonly taskQueue: string } {
  return { taskQueue: sendQueueOf(workflowInfo().taskQueue) };
}

/** Where an activity that works on many things runs. */
export function onBulkQueue(): { readonly taskQueue: string } {
  return { taskQueue: bulkQueueOf(workflowInfo().taskQueue) };
}

/**
 * Activities are tried until they succeed, so what a retry cannot mend is returned as a state and not thrown. Even rows that
 * are missing may come back: a failure that ended a run would leave its row live. A send may talk to a slow server for
 * minutes; when its heartbeat stops, Temporal knows within seconds that the worker is gone. What fails for long is tried
 * every 30 minutes.
 */
const retry: RetryPolicy = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '30 minutes',
};

/**
 * Sends one email; a cancelled workflow waits for the outcome, so that none is lost. The time-out lies above both deadlines of a
 * conversation and the time for writing what came of it.
 */
export const sending = proxyActivities<Pick<EnrollmentActivities, 'sendEmail'>>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** Sends the email of a task, in the same way. */
export const sendingTaskEmail = proxyActivities<Pick<TaskEmailActivities, 'sendTaskEmail'>>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/**
 * Short transactions on Postgres. A step whose worker was killed waits no longer than the time-out. What an operator said is
 * tried each minute while Postgres is away, since whatever is said later waits for it.
 */
export const recording = proxyActivities<Omit<EnrollmentActivities, 'sendEmail'>>({
  startToCloseTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { ...retry, maximumInterval: '1 minute' },
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

/** Sends reminders. A missing heartbeat shows within seconds that the worker is gone, so that another goes on soon. */
export const reminding = proxyActivities<Pick<MaintenanceActivities, 'sendReminders'>>({
  startToCloseTimeout: '30 minutes',
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
