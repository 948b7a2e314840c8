import type { EnrollmentMessage, MessageType } from '../domain/enrollment/message.js';
import type { EnrollmentReason, EnrollmentState } from '../domain/enrollment/state.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import type { OfInstallation } from './installation.js';
import type { OutlineStep } from '../domain/sequence/outline.js';

/** The workflow type of one enrollment. */
export const enrollmentWorkflowType = 'enrollment';

/** The workflow id of an enrollment. */
export function enrollmentWorkflowId(enrollmentId: string): string {
  return `enrollment/${enrollmentId}`;
}

/** A step that a run has seen done. */
export interface DoneStep {
  readonly id: string;
  readonly at: string;
}

/** How many signals without an id of their own a run and those before it have had, by type. */
export type SignalCounts = Readonly<Partial<Record<MessageType, number>>>;

/** What the enrollment workflow is started with: ids and the first planned step, no content, no personal data. */
export interface EnrollmentInput extends OfInstallation {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly timeZone: string;
  readonly status: EnrollmentStatus;
  readonly outline: readonly OutlineStep[];
  /** Whether `CurrentStep` and `NextActionAt` are kept up to date; this costs one event and one billed action for each step. */
  readonly searchAttributesEachStep: boolean;
  /** What an earlier run of the same enrollment hands on when its history has grown too long. */
  readonly messages?: readonly EnrollmentMessage[];
  readonly signalCounts?: SignalCounts;
  readonly done?: readonly DoneStep[];
  readonly shown?: ShownAttributes;
  /** The version of the sequence that it began with. */
  readonly sequenceVersion?: number;
}

/** What the search attributes say of a run. */
export interface ShownAttributes {
  readonly status: EnrollmentStatus;
  readonly waitingFor: string;
}

/** What Temporal is told of an enrollment: its run's input, and what operators filter by. */
export interface EnrollmentStart {
  readonly input: Omit<EnrollmentInput, 'searchAttributesEachStep' | 'sequenceVersion'>;
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
