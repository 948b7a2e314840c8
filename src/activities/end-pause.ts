import type { EndPauseInput, EnrollmentActivities } from '../contract/activities.js';
import type { Tx } from '../db/client.js';
import { lockEnrollment } from '../db/queries/enrollments/read.js';
import { saveDecision } from '../db/queries/enrollments/save.js';
import { endPause } from '../domain/enrollment/pause-until.js';
import { statusOf, type EnrollmentStatus } from '../domain/enrollment/status.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from '../usecases/invariant-error.js';

/** Ends a pause whose time has come: the rest of the delay runs on. One that was lifted or drawn out meanwhile stays as it is. */
export function createEndPause(deps: ActivityDeps): EnrollmentActivities['endPause'] {
  return (input) => {
    const now = activityClock(input.at);
    return deps.db.transaction((tx) => endPauseAt(tx, input, now()));
  };
}

/** One attempt, in one transaction. */
export async function endPauseAt(
  tx: Tx,
  { accountId, enrollmentId }: EndPauseInput,
  at: string,
): Promise<EnrollmentStatus> {
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  const decision = endPause(locked, { at, actor: { kind: 'system' }, cause: { kind: 'due' } });
  return statusOf(decision === undefined ? locked : await saveDecision(tx, locked, decision));
}
