import { shownState, type TaskEmailState } from '../task/task-email.js';

/**
 * reserved: intent committed · connecting: a lease is held · in_data: committed before the first byte of the body ·
 * sent: the final 250 was seen · deferred: refused for now, nothing delivered · rejected: refused for good ·
 * unknown: the body was begun and no answer came · withdrawn: the enrollment ended first, nothing was sent.
 */
export const sendStates = [
  'reserved',
  'connecting',
  'in_data',
  'sent',
  'deferred',
  'rejected',
  'unknown',
  'withdrawn',
] as const;
export type SendState = (typeof sendStates)[number];

/** What has become of the task that a mail was sent from, and of its latest try. */
export interface EmailOfTask {
  readonly task: 'open' | 'completed' | 'cancelled';
  readonly email: TaskEmailState;
}

/**
 * Where a mail of the ledger stands, in the words of the API, which are those of a task's email. `ofTask` is undefined for an
 * automated email.
 */
export function emailState(ledger: SendState, ofTask: EmailOfTask | undefined): TaskEmailState {
  switch (ledger) {
    case 'reserved':
    case 'connecting':
    case 'in_data':
      return 'sending';
    case 'deferred':
      return ofTask === undefined ? 'deferred' : deferredState(ofTask);
    default:
      return ledger;
  }
}

/** A mail that its user asks to be sent anew is left in the ledger as it was given up, until the new one takes its place. */
function deferredState({ task, email }: EmailOfTask): TaskEmailState {
  return email === 'sending' ? 'given_up' : shownState(email, task);
}
