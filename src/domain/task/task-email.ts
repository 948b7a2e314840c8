import { missingRefusal, suppressedRefusal } from '../enrollment/eligibility.js';
import type { Ineligible } from '../enrollment/eligibility.js';
import type { MissingInMessage } from '../message/render-message.js';
import { turnOfTask, whyNotNow, type SendObstacle } from '../sending/may-send.js';
import type { StepKind } from '../sequence/step.js';
import type { SuppressionReason } from '../enrollment/suppression.js';
import type { Instant } from '../time/types.js';

/**
 * What has become of the email that a user sent from a manual email task.
 * sending: asked for and on its way · deferred: refused for now, or the server not reached, and tried again · sent: the mail
 * server has it, and the task is completed · rejected: refused for good · given_up: not tried any more · withdrawn: stopped
 * before its first byte · unknown: its body was begun and no answer came. Of all but `sent` and `unknown` nothing was
 * delivered.
 */
export const taskEmailStates = [
  'sending',
  'deferred',
  'sent',
  'rejected',
  'given_up',
  'withdrawn',
  'unknown',
] as const;
export type TaskEmailState = (typeof taskEmailStates)[number];

/** Why a mail is tried again later. */
export const sendDelays = ['deferred', 'no_connection', 'password_unreadable'] as const;
export type SendDelay = (typeof sendDelays)[number];

/** Where a task's email stands, and when and why it is tried again; null when it is not. */
export interface TaskEmailStanding {
  readonly state: TaskEmailState;
  readonly nextAt: Instant | null;
  readonly rule: SendDelay | null;
}

/** Whether something is still to be done about it. */
export function isUnderWay(state: TaskEmailState): boolean {
  return state === 'sending' || state === 'deferred';
}

type TaskState = 'open' | 'completed' | 'cancelled';

/**
 * The state to show. An email that waits for another try under a task that was closed meanwhile counts as withdrawn, since
 * the next attempt finds the task closed.
 */
export function shownState(state: TaskEmailState, task: TaskState): TaskEmailState {
  return state === 'deferred' && task !== 'open' ? 'withdrawn' : state;
}

/** Why a task has no draft. */
export interface NoDraft {
  readonly code: 'NOT_A_MANUAL_EMAIL' | 'TASK_CLOSED';
  readonly detail: string;
}

/** Why there is no draft for a task, or undefined: only an open manual email has one (TSK-16). */
export function whyNoDraft(task: {
  readonly kind: StepKind;
  readonly state: TaskState;
}): NoDraft | undefined {
  if (task.kind !== 'manual_email') {
    const kind = task.kind.replaceAll('_', ' ');
    const detail = `The task is a ${kind}, not a manual email: there is nothing to send. Complete it with POST /v1/tasks/{id}/complete.`;
    return { code: 'NOT_A_MANUAL_EMAIL', detail };
  }
  if (task.state === 'open') return undefined;
  return taskClosed;
}

const taskClosed = {
  code: 'TASK_CLOSED',
  detail: 'The task is completed or cancelled already.',
} as const;

/** What is known when a user wants to send the email of a task. */
export interface TaskEmailFacts {
  readonly task: { readonly kind: StepKind; readonly state: TaskState };
  /** What became of the user's earlier try; null without one. */
  readonly email: TaskEmailState | null;
  readonly isAccountPaused: boolean;
  readonly sender: { readonly isActive: boolean; readonly hasSeat: boolean };
  readonly mailbox: {
    readonly state: 'connected' | 'disconnected';
    readonly password: 'none' | 'kept' | 'unreadable';
  };
  /** Null for a contact without a usable address. */
  readonly address: string | null;
  readonly suppression: SuppressionReason | undefined;
  /** The email that it answers was never sent, and the sequence says to stop then. */
  readonly lacksParent: boolean;
}

/** Why the email of a task is not sent. */
export type TaskEmailRefusal =
  | NoDraft
  | {
      readonly code:
        | 'TASK_EMAIL_UNDER_WAY'
        | 'TASK_EMAIL_UNCERTAIN'
        | 'ACCOUNT_PAUSED'
        | 'THREAD_PARENT_MISSING';
      readonly detail: string;
    }
  | Ineligible;

/**
 * Why the email of a task may not be sent now, from facts alone: the first reason that forbids it, or undefined. A pause of
 * the enrollment or its sequence does not forbid it, since sending is a person's own act; a pause of the account does.
 */
export function whyNotSend(facts: TaskEmailFacts): TaskEmailRefusal | undefined {
  return (
    whyNoDraft(facts.task) ??
    whyNotAgain(facts.email) ??
    whyNotOut(facts) ??
    (facts.lacksParent ? parentMissing : undefined)
  );
}

/** The refusal of an email with tokens that have neither a value nor a fallback (ERR-09). */
export function missingInTask(stepId: string, missing: readonly MissingInMessage[]): Ineligible {
  return missingRefusal(missing.map((each) => ({ ...each, stepId })));
}

const parentMissing = {
  code: 'THREAD_PARENT_MISSING',
  detail:
    'The email that this one answers was never sent, and the sequence says to stop then (onParentMissing). Complete the task by hand, or skip the step.',
} as const;

/** What was delivered, or may have been, is not sent again. */
function whyNotAgain(email: TaskEmailState | null): TaskEmailRefusal | undefined {
  if (email === null) return undefined;
  if (isUnderWay(email)) {
    const detail =
      'The email of this task is on its way; GET /v1/tasks/{id} says what becomes of it. To stop it, complete the task by hand.';
    return { code: 'TASK_EMAIL_UNDER_WAY', detail };
  }
  if (email !== 'unknown') return undefined;
  const detail =
    'Nobody knows whether the email of this task arrived, so it is not sent again: look into the mailbox, send it from there if it is missing, and complete the task by hand.';
  return { code: 'TASK_EMAIL_UNCERTAIN', detail };
}

/** What forbids any mail, in the words of a task. */
function whyNotOut(facts: TaskEmailFacts): TaskEmailRefusal | undefined {
  const { sender, mailbox, address, suppression } = facts;
  const obstacle = whyNotNow({
    turn: turnOfTask(facts.task),
    isHeld: facts.isAccountPaused,
    isSenderFit: sender.isActive && sender.hasSeat,
    hasMailbox: mailbox.state === 'connected' && mailbox.password !== 'unreadable',
    address,
    suppression,
  });
  return obstacle && refusalOf(obstacle, facts);
}

function refusalOf(obstacle: SendObstacle, { sender, mailbox }: TaskEmailFacts): TaskEmailRefusal {
  switch (obstacle.kind) {
    case 'over':
    case 'later':
      return taskClosed;
    case 'held':
      return {
        code: 'ACCOUNT_PAUSED',
        detail: 'The account is paused; an admin resumes it with POST /v1/account/resume.',
      };
    case 'sender_unfit':
      return {
        code: 'SENDER_NOT_ELIGIBLE',
        detail: sender.isActive
          ? 'The sender of the enrollment has no assigned seat; assign one first.'
          : 'The sender of the enrollment is deactivated and sends nothing.',
      };
    case 'no_mailbox':
      return {
        code: 'SENDER_NOT_ELIGIBLE',
        detail:
          mailbox.state === 'connected'
            ? 'The password of the enrollment’s mailbox cannot be opened; give it again, or have the operator give Cadenza its key back.'
            : 'The mailbox of the enrollment is disconnected; connect it again.',
      };
    case 'no_address':
      return { code: 'NO_EMAIL', detail: 'The contact has no email address; add one first.' };
    case 'suppressed':
      return suppressedRefusal(obstacle.suppression);
  }
}
