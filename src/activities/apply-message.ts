import type {
  AppliedMessage,
  ApplyMessageInput,
  EnrollmentActivities,
} from '../contract/activities.js';
import { outlineOf } from '../domain/sequence/outline.js';
import type { Tx } from '../db/client.js';
import { lockEnrollment, wasApplied } from '../db/queries/enrollments/read.js';
import { saveDecision } from '../db/queries/enrollments/save.js';
import { applyMessage } from '../domain/enrollment/apply-message.js';
import { statusOf } from '../domain/enrollment/status.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from '../usecases/invariant-error.js';

/**
 * Takes a message to Postgres, unless whoever sent it has done so: then it only answers where the enrollment stands.
 * A message that the rules refuse by now changes nothing. To word of another version it answers with its steps, too.
 */
export function createApplyMessage(deps: ActivityDeps): EnrollmentActivities['applyMessage'] {
  return (input) => {
    const now = activityClock(input.at);
    return deps.db.transaction((tx) => apply(tx, input, now()));
  };
}

async function apply(tx: Tx, input: ApplyMessageInput, at: string): Promise<AppliedMessage> {
  const { accountId, enrollmentId, message } = input;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  if (message.type === 'versionChanged') {
    return {
      ...statusOf(locked),
      outline: outlineOf(locked.definition, locked.row.stepsBeforeStart),
    };
  }
  if (await wasApplied(tx, locked.row, message.messageId)) return statusOf(locked);
  const decision = applyMessage(locked, message, {
    at,
    actor: { kind: 'operator' },
    cause: { kind: 'temporal_ui' },
  });
  if (decision.kind === 'refusal') return statusOf(locked);
  return statusOf(await saveDecision(tx, locked, decision));
}
