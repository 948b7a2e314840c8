import type { ApplyMessageInput, EnrollmentActivities } from '../contract/activities.js';
import type { Tx } from '../db/client.js';
import { lockEnrollment, saveDecision, wasApplied } from '../db/queries/enrollment-changes.js';
import { applyMessage } from '../domain/enrollment/apply-message.js';
import { statusOf, type EnrollmentStatus } from '../domain/enrollment/status.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from './invariant-error.js';

/**
 * Takes a message to Postgres, unless whoever sent it has done so: then it only answers where the enrollment stands.
 * A message that the rules refuse by now changes nothing.
 */
export function createApplyMessage(deps: ActivityDeps): EnrollmentActivities['applyMessage'] {
  return (input) => {
    const now = activityClock(input.at);
    return deps.db.transaction((tx) => apply(tx, input, now()));
  };
}

async function apply(tx: Tx, input: ApplyMessageInput, at: string): Promise<EnrollmentStatus> {
  const { accountId, enrollmentId, message } = input;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  if (await wasApplied(tx, locked.row, message.messageId)) return statusOf(locked);
  const decision = applyMessage(locked, message, {
    at,
    actor: { kind: 'operator' },
    cause: { kind: 'temporal_ui' },
  });
  if (decision.kind === 'refusal') return statusOf(locked);
  return statusOf(await saveDecision(tx, locked, decision));
}
