import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { EnrollmentReason, EnrollmentState } from '../domain/enrollment/state.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import type { OutlineStep } from '../domain/sequence/outline.js';

/** The workflow type of one enrollment. */
export const enrollmentWorkflowType = 'enrollment';

/** The workflow id of an enrollment. */
export function enrollmentWorkflowId(enrollmentId: string): string {
  return `enrollment/${enrollmentId}`;
}

/** What the enrollment workflow is started with: ids and the first planned step, no content, no personal data. */
export interface EnrollmentInput {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly timeZone: string;
  readonly status: EnrollmentStatus;
  readonly outline: readonly OutlineStep[];
  /** Whether `CurrentStep` and `NextActionAt` are kept up to date; this costs one event and one billed action for each step. */
  readonly searchAttributesEachStep: boolean;
  /** The messages that an earlier run of the same enrollment had not acted on when its history grew too long. */
  readonly messages?: readonly EnrollmentMessage[];
}

/** What Temporal is told of an enrollment: its run's input, and what operators filter by. */
export interface EnrollmentStart {
  readonly input: Omit<EnrollmentInput, 'searchAttributesEachStep'>;
  readonly sequenceId: string;
  readonly sequenceName: string;
  readonly sequenceVersion: number;
  readonly contactId: string;
  readonly senderId: string;
}

/** How the workflow ended; the same is in Postgres. */
export interface EnrollmentOutcome {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
}
