/** States in which an enrollment still has something to do; a contact is in at most one (ENR-08). */
export const liveStates = ['scheduled', 'active', 'waiting_task', 'paused'] as const;
export type LiveState = (typeof liveStates)[number];

export const endedStates = ['finished', 'unenrolled', 'errored'] as const;
export type EndedState = (typeof endedStates)[number];

/** The closed list of states. */
export const enrollmentStates = [...liveStates, ...endedStates] as const;
export type EnrollmentState = LiveState | EndedState;

/** Why an enrollment is where it is; an open list. */
export const enrollmentReasons = [
  'first_step_later',
  'send_limit',
  'no_slot',
  'manual',
  'out_of_office',
  'sequence_paused',
  'account_paused',
  'mailbox_disconnected',
  'soft_bounce',
  'send_uncertain',
  'all_steps',
  'replied',
  'company_replied',
  'meeting_link',
  'meeting_logged',
  'company_meeting',
  'unsubscribed',
  'blocked',
  'workflow',
  'contact_deleted',
  'user_removed',
  'sequence_deleted',
  'bounced',
  'send_failed',
  'missing_token',
  'thread_parent_missing',
] as const;
export type EnrollmentReason = (typeof enrollmentReasons)[number];

/** Why an enrollment is paused together with others: its sequence is paused, for its user or for all, or the account is. */
export const widePauses = ['sequence_paused', 'account_paused'] as const;
export type WidePause = (typeof widePauses)[number];

export function isWidePause(reason: EnrollmentReason | null): reason is WidePause {
  return widePauses.some((wide) => wide === reason);
}

export function isLive(state: EnrollmentState): state is LiveState {
  return liveStates.some((live) => live === state);
}

/** What an enrollment in this state waits for: `time`, `task`, `resume`, or nothing. */
export function waitingFor(state: EnrollmentState): string {
  switch (state) {
    case 'scheduled':
    case 'active':
      return 'time';
    case 'waiting_task':
      return 'task';
    case 'paused':
      return 'resume';
    default:
      return 'nothing';
  }
}
