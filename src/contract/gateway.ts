import type { GivenStart, Target, TargetKind } from './outbox.js';

/**
 * How a target's run stands. `over`: nothing is left to be done. `gone`: something is, and there is no run. `idle`: it
 * waits for a time or a message. `busy`: it is at work, or nobody has taken its work yet.
 */
export type RunStanding = 'over' | 'gone' | 'idle' | 'busy';

/** What is asked of Temporal. */
export interface WorkflowGateway {
  /**
   * Tells Temporal what the outbox holds for the target, soon or not at all: `pending` leaves it to the sweeper. Doing it
   * twice is harmless. The start of a target that was just made may be given along: it is the only thing there is to tell
   * then, and nothing need be read.
   */
  readonly deliver: <Kind extends TargetKind>(
    target: Target<Kind>,
    given?: GivenStart<Kind>,
  ) => Promise<'delivered' | 'pending'>;
  /** How the target's run stands. Throws when Temporal does not say, or the run is another installation's. */
  readonly lookUp: (target: Target) => Promise<RunStanding>;
  /** Where an operator sees the enrollment's run. */
  readonly runUrl: (enrollmentId: string) => string;
  /** The same for a bulk enrollment. */
  readonly bulkRunUrl: (bulkId: string) => string;
}
