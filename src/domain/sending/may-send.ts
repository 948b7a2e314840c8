import type { Standing } from '../enrollment/enrollment.js';
import { isLive, type EndedState, type EnrollmentReason } from '../enrollment/state.js';
import { endingOf, type SuppressionReason } from '../enrollment/suppression.js';

/** Whether what a mail belongs to asks for it: now, still but not now, or not any more. */
export type SendTurn = 'now' | 'later' | 'over';

/** The turn of a step's email: it is over when the enrollment has ended or gone on to another step. */
export function turnOfStep(
  { state, stepId: next }: Pick<Standing, 'state' | 'stepId'>,
  stepId: string,
): SendTurn {
  if (!isLive(state) || next !== stepId) return 'over';
  return state === 'active' || state === 'scheduled' ? 'now' : 'later';
}

/** The turn of a mail about a task: it is over when the task is closed, or gone. */
export function turnOfTask(task: { readonly state: string } | undefined): SendTurn {
  return task?.state === 'open' ? 'now' : 'over';
}

/** What was looked at before a mail goes out. What a mail does not depend on is left out, and forbids nothing. */
export interface SendFacts {
  readonly turn: SendTurn;
  /** Whether a pause of its sequence or account holds it. */
  readonly isHeld?: boolean;
  /** Whether its sender may send at all. */
  readonly isSenderFit?: boolean;
  /** Whether it has a connected mailbox to go out from. */
  readonly hasMailbox?: boolean;
  /** Where it goes; null where there is no address to write to. */
  readonly address?: string | null;
  /** Why that address must not be written to. */
  readonly suppression?: SuppressionReason | undefined;
}

/** What forbids a mail to go now. */
export type SendObstacle =
  | { readonly kind: 'over' | 'later' | 'held' | 'sender_unfit' | 'no_mailbox' | 'no_address' }
  | { readonly kind: 'suppressed'; readonly suppression: SuppressionReason };

/** Whether a mail may go now, from facts alone: the first obstacle, or undefined. */
export function whyNotNow(facts: SendFacts): SendObstacle | undefined {
  const { turn, isHeld, isSenderFit, hasMailbox, address, suppression } = facts;
  if (turn !== 'now') return { kind: turn };
  if (isHeld === true) return { kind: 'held' };
  if (isSenderFit === false) return { kind: 'sender_unfit' };
  if (hasMailbox === false) return { kind: 'no_mailbox' };
  if (address === null) return { kind: 'no_address' };
  return suppression && { kind: 'suppressed', suppression };
}

/** How an enrollment ends whose next email can never go out; undefined where the email only waits, or its turn is over. */
export function endingFor(
  obstacle: SendObstacle,
): { readonly state: EndedState; readonly reason: EnrollmentReason } | undefined {
  switch (obstacle.kind) {
    case 'over':
    case 'later':
    case 'held':
    case 'no_mailbox':
      return undefined;
    case 'sender_unfit':
      return { state: 'unenrolled', reason: 'user_removed' };
    case 'no_address':
      return { state: 'errored', reason: 'send_failed' };
    case 'suppressed':
      return endingOf(obstacle.suppression);
  }
}
