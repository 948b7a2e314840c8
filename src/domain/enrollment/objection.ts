import type { MessageType } from './message.js';
import type { EnrollmentReason, EnrollmentState } from './state.js';

/** As much of a standing as the workflow knows too. */
export interface Position {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
}

export const alreadyPaused = 'it is paused already';

/** Why a message is out of place for a live enrollment, as far as its position tells. It names no task of its own. */
export function objectionTo(type: MessageType, { state, reason }: Position): string | undefined {
  switch (type) {
    case 'pause':
      return state === 'paused' ? alreadyPaused : undefined;
    case 'resume':
      return state === 'paused' ? objectionToResuming(reason) : 'it is not paused';
    case 'completeTask':
      // A paused one may have been waiting for its task before.
      return state === 'waiting_task' || state === 'paused'
        ? undefined
        : 'it does not wait for a task';
    default:
      return undefined;
  }
}

function objectionToResuming(reason: EnrollmentReason | null): string | undefined {
  return reason === 'send_uncertain'
    ? 'nobody knows whether its last email arrived; look into the mailbox, then skip the step to go on without sending it again'
    : undefined;
}
