import type { SendDelay, TaskEmailStanding, TaskEmailState } from '../task/task-email.js';
import type { Instant } from '../time/types.js';
import { applyMessage } from './apply-message.js';
import type { Decision, EnrollmentCase } from './enrollment.js';
import type { LogData, LogType } from './log.js';
import type { EnrollmentMessage } from './message.js';
import { afterNoConnection, afterRefusal } from './postpone.js';
import { end, entry, type Happening } from './progress.js';
import { factsOfResult, type SendAttempt, type SendResult } from './send-outcome.js';
import { isLive } from './state.js';

/** One attempt to send the email of a task. */
export interface TaskSendAttempt extends SendAttempt {
  readonly taskId: string;
}

/** What an attempt to send the email of a task comes to. */
export interface TaskEmailOutcome {
  readonly decision: Decision;
  readonly email: TaskEmailStanding;
  /** What the enrollment's workflow is to be told; undefined when nothing has changed for it. */
  readonly message?: EnrollmentMessage;
}

/** How often an unreachable mail server is tried: for about a day. */
const mostWithoutConnection = 30;

/**
 * What became of one attempt to send the email of a task (SEQ-26, TSK-18). A mail that was taken completes the task, without an
 * outcome, if it is still open, and an enrollment that waits for it goes on from then. An address that does not exist ends the enrollment, as it
 * does for an automated email. Any other refusal leaves the task open, for its user to send it again.
 * `happening` is by who sent it; its message id is that of the change which it makes to the enrollment.
 */
export function afterTaskEmail(
  current: EnrollmentCase,
  attempt: TaskSendAttempt,
  result: SendResult,
  { messageId, ...happening }: Happening & { readonly messageId: string },
): TaskEmailOutcome {
  const { sendId, taskId, stepId } = attempt;
  const facts = factsOfResult(result);
  const note = (type: LogType, data: LogData = {}) =>
    entry(type, stepId, happening, { sendId, taskId, ...facts, ...data });
  const only = (type: LogType, email: TaskEmailStanding): TaskEmailOutcome => ({
    decision: { kind: 'decision', standing: current.standing, log: [note(type)] },
    email,
  });
  switch (result.kind) {
    case 'sent': {
      const message = { type: 'completeTask', taskId, messageId } as const;
      const completed = applyMessage(current, message, happening);
      if (completed.kind === 'refusal' || completed.log.length === 0) {
        return only('email_sent', over('sent'));
      }
      const decision = { ...completed, log: [note('email_sent'), ...completed.log] };
      return { decision, email: over('sent'), message };
    }
    case 'bounced': {
      if (!isLive(current.standing.state)) return only('email_rejected', over('rejected'));
      const message = { type: 'unenroll', messageId } as const;
      const outcome = { state: 'errored', reason: 'bounced' } as const;
      const ended = end(current, outcome, { ...happening, messageId }, { sendId, ...facts });
      const decision = { ...ended, log: [note('email_rejected'), ...ended.log] };
      return { decision, email: over('rejected'), message };
    }
    case 'rejected':
      return only('email_rejected', over('rejected'));
    case 'unknown':
      return only('email_uncertain', over('unknown'));
    case 'locked_out':
      return only('email_deferred', over('given_up'));
    case 'deferred':
      return only(
        'email_deferred',
        again(result.kind, afterRefusal(attempt.attempts, happening.at)),
      );
    case 'no_connection':
      return only(
        'email_deferred',
        again(result.kind, onceReached(attempt.attempts, happening.at)),
      );
  }
}

function over(state: TaskEmailState): TaskEmailStanding {
  return { state, nextAt: null, rule: null };
}

function again(rule: SendDelay, nextAt: Instant | undefined): TaskEmailStanding {
  return nextAt === undefined ? over('given_up') : { state: 'deferred', nextAt, rule };
}

function onceReached(attempts: number, at: Instant): Instant | undefined {
  return attempts < mostWithoutConnection ? afterNoConnection(attempts, at) : undefined;
}
