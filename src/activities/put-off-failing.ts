import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { nonRetryableFailures } from '../contract/activities.js';
import { failureCode } from '../db/sqlstate.js';
import { putOff, type Belief } from '../domain/enrollment/failing.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import type { Instant } from '../domain/time/types.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';

/** What an activity is asked with that can be put off. */
export interface Askable {
  readonly at: Instant;
  readonly enrollmentId: string;
  readonly belief?: Belief;
}

/**
 * Lets an activity of a run fail only a few times in a row. After that it answers where the run believed its enrollment to
 * stand, put off for a while: so the run gets its turn, hears what it is told, and shows that something fails.
 */
export function putOffFailing<Input extends Askable>(
  deps: Pick<ActivityDeps, 'quickTries' | 'logger'>,
  act: (input: Input) => Promise<EnrollmentStatus>,
): (input: Input) => Promise<EnrollmentStatus> {
  return async (input) => {
    const { belief } = input;
    const { attempt } = Context.current().info;
    if (belief === undefined) return act(input);
    // What was not answered in all these attempts, as when its worker died each time, is not begun again at once.
    if (attempt > deps.quickTries) return answer(deps, input, belief, noAnswer);
    try {
      return await act(input);
    } catch (error) {
      const isEnough = belief.failing !== undefined || attempt >= deps.quickTries;
      if (!isEnough || isMeant(error)) throw error;
      return answer(deps, input, belief, error);
    }
  };
}

const noAnswer = Object.assign(new Error('no attempt gave an answer'), { code: 'NO_ANSWER' });

/** Cancellations, what a retry cannot mend, and what says itself when it is to be tried again. */
function isMeant(error: unknown): boolean {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return true;
  return error instanceof Error && nonRetryableFailures.some((name) => name === error.name);
}

function answer(
  { logger }: Pick<ActivityDeps, 'logger'>,
  { at, enrollmentId }: Askable,
  belief: Belief,
  error: unknown,
): EnrollmentStatus {
  const { activityType } = Context.current().info;
  const code = failureCode(error);
  const status = putOff(belief, { code, now: activityClock(at)(), spread: Math.random() });
  const { failing, nextAt } = status;
  logger.error(
    { err: error, enrollmentId, activityType, ...failing, nextAt },
    'what comes next for an enrollment fails, and is put off',
  );
  return status;
}
