import type {
  ApplyMessageInput,
  AppliedMessage,
  EnrollmentActivities,
} from '../contract/activities.js';
import { lockEnrollment } from '../db/queries/enrollments/read.js';
import { statusOf } from '../domain/enrollment/status.js';
import { outlineOf } from '../domain/sequence/outline.js';
import type { Act } from '../usecases/act.js';
import { takeMessage } from '../usecases/enrollment/take-message.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from '../usecases/invariant-error.js';
import { transactionsOf } from './transact.js';

/**
 * Takes a message to Postgres, unless whoever sent it has done so: then it only answers where the enrollment stands.
 * A message that the rules refuse by now changes nothing. To word of another version it answers with its steps, too.
 */
export function createApplyMessage(deps: ActivityDeps): EnrollmentActivities['applyMessage'] {
  return (input) => {
    const transact = transactionsOf(deps, {
      accountId: input.accountId,
      now: activityClock(deps, input.at).now,
      actor: { kind: 'operator' },
      cause: { kind: 'temporal_ui' },
    });
    return transact((act) => apply(act, input));
  };
}

async function apply(
  act: Act,
  { enrollmentId, message }: ApplyMessageInput,
): Promise<AppliedMessage> {
  if (message.type === 'versionChanged') return lookAgain(act, enrollmentId);
  const taken = await takeMessage(act, { enrollmentId, message, isFromWorkflow: true });
  if (taken === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  return statusOf(taken.enrollment);
}

/** The steps that it runs may be others than the workflow knows. */
async function lookAgain({ tx, accountId }: Act, enrollmentId: string): Promise<AppliedMessage> {
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  const outline = outlineOf(locked.definition, locked.row.stepsBeforeStart);
  return { ...statusOf(locked), outline };
}
