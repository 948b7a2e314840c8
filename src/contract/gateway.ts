import type { GivenStart, Target, TargetKind } from './outbox.js';

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
  /** Where an operator sees the enrollment's run. */
  readonly runUrl: (enrollmentId: string) => string;
  /** The same for a bulk enrollment. */
  readonly bulkRunUrl: (bulkId: string) => string;
}
