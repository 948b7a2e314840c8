import { Context } from '@temporalio/activity';
import type {
  ApplyMessageInput,
  AppliedMessage,
  EnrollmentActivities,
} from '../contract/activities.js';
import { lockEnrollment } from '../db/queries/enrollments/read.js';
import { failureCode, isPassing } from '../db/sqlstate.js';
import { isUsableId } from '../domain/enrollment/read-message.js';
import { statusOf } from '../domain/enrollment/status.js';
import { outlineOf } from '../domain/sequence/outline.js';
import type { Act } from '../usecases/act.js';
import { endPauseIfDue } from '../usecases/enrollment/end-pause.js';
import { takeMessage } from '../usecases/enrollment/take-message.js';
import type { Transact } from '../usecases/transact.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from '../usecases/invariant-error.js';
import { putOffFailing } from './put-off-failing.js';
import { askedInUi, due, transactionsOf } from './transact.js';

/**
 * Takes a message to Postgres, unless whoever sent it has done so: then it only answers where the enrollment stands.
 * A message that the rules refuse by now changes nothing. One that fails each time although Postgres is there is given up,
 * so that it holds up nothing. To word of a change it answers with its steps, too.
 */
export function createApplyMessage(deps: ActivityDeps): EnrollmentActivities['applyMessage'] {
  const transactOf = (input: ApplyMessageInput): Transact =>
    transactionsOf(deps, {
      ...askedInUi,
      accountId: input.accountId,
      now: activityClock(deps, input.at).now,
    });
  const look = (input: ApplyMessageInput): Promise<AppliedMessage> =>
    transactOf(input)((act) => lookAgain(act, input.enrollmentId));
  const lookOrPutOff = putOffFailing(deps, look);
  return async (input) => {
    if (input.message.type === 'versionChanged') return lookOrPutOff(input);
    try {
      return await transactOf(input)((act) => apply(act, input));
    } catch (error) {
      if (!isHopeless(deps, input, error)) throw error;
      const { enrollmentId, message } = input;
      const about = { err: error, enrollmentId, type: message.type };
      deps.logger.error(about, 'a message to an enrollment is given up, since taking it fails');
      return { ...(await look(input)), givenUp: failureCode(error) };
    }
  };
}

/** While Postgres is away, every message fails; what fails otherwise, again and again, is due to the message. */
function isHopeless(
  { quickTries }: Pick<ActivityDeps, 'quickTries'>,
  { message, isFinal }: ApplyMessageInput,
  error: unknown,
): boolean {
  if (isFinal === true || isPassing(error)) return false;
  const isUnreadable = !isUsableId(message.messageId) || error instanceof InvariantError;
  return isUnreadable || Context.current().info.attempt >= quickTries;
}

async function apply(
  act: Act,
  { enrollmentId, message }: ApplyMessageInput,
): Promise<AppliedMessage> {
  const taken = await takeMessage(act, { enrollmentId, message, isFromWorkflow: true });
  if (taken === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  return statusOf(taken.enrollment);
}

/** The steps that it runs may be others than the workflow knows, and a pause may have ended that the workflow has no timer for. */
async function lookAgain(act: Act, enrollmentId: string): Promise<AppliedMessage> {
  const found = await lockEnrollment(act.tx, act.accountId, enrollmentId);
  if (found === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  const locked = await endPauseIfDue({ ...act, ...due }, found);
  const outline = outlineOf(locked.definition, locked.row.stepsBeforeStart);
  return { ...statusOf(locked), outline };
}
