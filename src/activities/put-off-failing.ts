import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { failureCode } from '../db/sqlstate.js';
import { awaitTurn, putOff, type Belief } from '../domain/enrollment/failing.js';
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

type PutOffDeps = Pick<ActivityDeps, 'quickTries' | 'logger' | 'clock' | 'clocksApartMs'>;

/**
 * Lets an activity of a run fail only a few times in a row. After that it answers where the run believed its enrollment to
 * stand, put off for a while: so the run gets its turn, hears what it is told, and shows that something fails. What only
 * waits for its turn is put off as well, and does not count as failing.
 */
export function putOffFailing<Input extends Askable>(
  deps: PutOffDeps,
  act: (input: Input) => Promise<EnrollmentStatus>,
): (input: Input) => Promise<EnrollmentStatus> {
  return async (input) => {
    const { belief } = input;
    const { attempt } = Context.current().info;
    if (belief === undefined) return act(input);
    // What was not answered in all these attempts, as when its worker died each time, is not begun again at once.
    if (attempt > deps.quickTries + lostTries) return answer(deps, input, belief, noAnswer);
    try {
      return await act(input);
    } catch (error) {
      if (isMeant(error)) throw error;
      const turn = turnOf(error);
      const isLast = attempt >= deps.quickTries;
      if (turn !== undefined) {
        if (!isLast) throw error;
        return awaitTurn(belief, { ...turn, now: activityClock(deps, input.at).now() });
      }
      if (belief.failing === undefined && !isLast) throw error;
      return answer(deps, input, belief, error);
    }
  };
}

/** So many attempts more may have reached a worker that could not answer for the run, such as one that stands still. */
const lostTries = 3;
const noAnswer = Object.assign(new Error('no attempt gave an answer'), { code: 'NO_ANSWER' });

/** When something that does not fail says that it is to be tried again, in milliseconds from now, and why. */
function turnOf(error: unknown): { readonly code: string; readonly waitMs: number } | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined;
  const waitMs: unknown = error.nextRetryDelay;
  return typeof waitMs === 'number' ? { code: error.type ?? 'later', waitMs } : undefined;
}

/** Cancellations, and failures that say themselves what they are. */
function isMeant(error: unknown): boolean {
  if (error instanceof CancelledFailure) return true;
  return error instanceof ApplicationFailure && turnOf(error) === undefined;
}

function answer(
  deps: PutOffDeps,
  { at, enrollmentId }: Askable,
  belief: Belief,
  error: unknown,
): EnrollmentStatus {
  const { activityType } = Context.current().info;
  const code = failureCode(error);
  const status = putOff(belief, {
    code,
    now: activityClock(deps, at).now(),
    spread: Math.random(),
  });
  const { failing, nextAt } = status;
  deps.logger.error(
    { err: error, enrollmentId, activityType, ...failing, nextAt },
    'what comes next for an enrollment fails, and is put off',
  );
  return status;
}
