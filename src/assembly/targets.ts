import { bulkWorkflowId } from '../contract/bulk.js';
import { enrollmentWorkflowId } from '../contract/enrollment.js';
import { taskEmailWorkflowId } from '../contract/task-email.js';
import type { Db } from '../db/client.js';
import {
  readBulkStart,
  readEnrollmentStart,
  readTaskEmailStart,
} from '../db/queries/run-starts.js';
import type { Targets } from '../temporal/gateway.js';
import { startBulk } from '../temporal/start-bulk.js';
import { startEnrollment } from '../temporal/start-enrollment.js';
import { startTaskEmail } from '../temporal/start-task-email.js';
import { tellEnrollment } from '../temporal/tell-enrollment.js';

/** Everything that Temporal may be owed word about: how its start is read, and how it is told. */
export function targetsOf(db: Db): Targets {
  return {
    enrollment: {
      read: (target) => readEnrollmentStart(db, target),
      workflowId: ({ input }) => enrollmentWorkflowId(input.enrollmentId),
      start: startEnrollment,
      pass: tellEnrollment,
    },
    bulk: {
      read: (target) => readBulkStart(db, target),
      workflowId: ({ input }) => bulkWorkflowId(input.bulkId),
      start: startBulk,
    },
    task_email: {
      read: (target) => readTaskEmailStart(db, target),
      workflowId: ({ input }) => taskEmailWorkflowId(input),
      start: startTaskEmail,
    },
  };
}
