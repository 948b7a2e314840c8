import type { EnrollmentActivities } from '../contract/activities.js';
import { lockEnrollment, saveDecision } from '../db/queries/enrollment-changes.js';
import { endPause } from '../domain/enrollment/pause-until.js';
import { statusOf } from '../domain/enrollment/status.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from './invariant-error.js';

/** Ends a pause whose time has come: the rest of the delay runs on. One that was lifted or drawn out meanwhile stays as it is. */
export function createEndPause(deps: ActivityDeps): EnrollmentActivities['endPause'] {
  return (input) => {
    const now = activityClock(input.at);
    return deps.db.transaction(async (tx) => {
      const locked = await lockEnrollment(tx, input.accountId, input.enrollmentId);
      if (locked === undefined) throw new InvariantError(`no enrollment ${input.enrollmentId}`);
      const decision = endPause(locked, {
        at: now(),
        actor: { kind: 'system' },
        cause: { kind: 'due' },
      });
      return statusOf(decision === undefined ? locked : await saveDecision(tx, locked, decision));
    });
  };
}
