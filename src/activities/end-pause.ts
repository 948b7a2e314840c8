import type { EnrollmentActivities } from '../contract/activities.js';
import { endDuePause } from '../usecases/enrollment/end-pause.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { due, transactionsOf } from './transact.js';

/** Ends a pause whose time has come, in one transaction; run again it finds nothing to end. */
export function createEndPause(deps: ActivityDeps): EnrollmentActivities['endPause'] {
  return ({ at, accountId, enrollmentId }) => {
    const transact = transactionsOf(deps, { ...due, accountId, now: activityClock(deps, at).now });
    return transact((act) => endDuePause(act, enrollmentId));
  };
}
