import type { Instant } from '../time/types.js';
import type { EnrollmentMessage } from './message.js';
import type { EnrollmentReason, EnrollmentState } from './state.js';

/** The part of a standing that the workflow knows too. */
export interface Position {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
  /** When a pause ends by itself. */
  readonly pausedUntil?: Instant | null;
  /** The step that is next or awaited; left out where it is not known. */
  readonly step?: { readonly id: string } | null;
}

export const alreadyPaused = 'it is paused already';

/** Why a live enrollment cannot take a message, as far as its position tells; task ids are checked elsewhere. */
export function objectionTo(
  {
    type,
    until,
    stepId,
  }: {
    readonly type: EnrollmentMessage['type'];
    readonly until?: Instant | undefined;
    readonly stepId?: string | undefined;
  },
  position: Position,
): string | undefined {
  const { state, reason } = position;
  switch (type) {
    case 'pause':
      return state === 'paused' ? objectionToPausing(position, until) : undefined;
    case 'resume':
      return state === 'paused' ? objectionToResuming(reason) : 'it is not paused';
    case 'completeTask':
      // A paused one may have been waiting for its task before.
      return state === 'waiting_task' || state === 'paused'
        ? undefined
        : 'it does not wait for a task';
    case 'skipStep':
      return objectionToSkipping(stepId, position);
    default:
      return undefined;
  }
}

/** Whoever names a step means that one. */
function objectionToSkipping(stepId: string | undefined, { step }: Position): string | undefined {
  if (stepId === undefined || !step || step.id === stepId) return undefined;
  return `it is at the step "${step.id}"`;
}

/** A person may take over an automatic pause and change the end of their own; an uncertain send must be looked into first. */
function objectionToPausing(
  { reason, pausedUntil }: Position,
  until: Instant | undefined,
): string | undefined {
  if (reason === 'send_uncertain') return alreadyPaused;
  return reason === 'manual' && (pausedUntil ?? undefined) === until ? alreadyPaused : undefined;
}

function objectionToResuming(reason: EnrollmentReason | null): string | undefined {
  switch (reason) {
    case 'send_uncertain':
      return 'nobody knows whether its last email arrived; look into the mailbox, then skip the step to go on without sending it again';
    case 'sequence_paused':
      return 'its sequence is paused; resume that with POST /v1/sequences/{id}/resume';
    case 'account_paused':
      return 'the account is paused; an admin resumes it with POST /v1/account/resume';
    default:
      return undefined;
  }
}
