import type { EnrollmentActivities } from '../contract/activities.js';
import { createTask } from '../usecases/task/create-task.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { due, transactionsOf } from './transact.js';

/** Creates the task of one step, once, in one transaction. */
export function createCreateTask(deps: ActivityDeps): EnrollmentActivities['createTask'] {
  return (input) => {
    const { accountId, at } = input;
    const transact = transactionsOf(deps, { ...due, accountId, now: activityClock(deps, at).now });
    return transact((act) => createTask(act, input));
  };
}
