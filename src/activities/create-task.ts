import type { EnrollmentActivities } from '../contract/activities.js';
import { createTask } from '../usecases/task/create-task.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { dueAct } from './due-act.js';

/** Creates the task of one step, once, in one transaction. */
export function createCreateTask(deps: ActivityDeps): EnrollmentActivities['createTask'] {
  return (input) => {
    const now = activityClock(input.at);
    return deps.db.transaction((tx) => createTask(dueAct(tx, input.accountId, now()), input));
  };
}
