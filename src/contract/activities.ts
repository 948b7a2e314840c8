import type { OutlineStep } from '../domain/sequence/outline.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import type { Instant } from '../domain/time/types.js';

/** One step of one enrollment, to be run at the workflow's `at`. */
export interface RunStepInput {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly stepId: string;
  readonly at: Instant;
}

export interface ApplyMessageInput {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly message: EnrollmentMessage;
  readonly at: Instant;
}

/** A pause whose time has come by the workflow's `at`. */
export interface EndPauseInput {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly at: Instant;
}

/** Where an enrollment stands after a message; with its steps when the message said that these have changed. */
export interface AppliedMessage extends EnrollmentStatus {
  readonly outline?: readonly OutlineStep[];
}

/** Every activity may run twice, and answers with where the enrollment stands afterwards. */
export interface EnrollmentActivities {
  sendEmail(input: RunStepInput): Promise<EnrollmentStatus>;
  createTask(input: RunStepInput): Promise<EnrollmentStatus>;
  applyMessage(input: ApplyMessageInput): Promise<AppliedMessage>;
  endPause(input: EndPauseInput): Promise<EnrollmentStatus>;
}

/** What a round of the sweeper is started with. */
export interface SweepInput {
  /** Reminders have a schedule of their own, so the round sends none. */
  readonly remindersApart: boolean;
}

/** What the sweeper did in one round. */
export interface SweepReport {
  readonly delivered: number;
  readonly failed: number;
  readonly expiredKeys: number;
}

/** How many reminders of new tasks were sent, withdrawn, given up or put off, and of how many nobody knows whether they arrived. */
export interface ReminderReport {
  readonly sent: number;
  readonly withdrawn: number;
  readonly failed: number;
  readonly later: number;
  readonly unknown: number;
}

export interface MaintenanceActivities {
  sweepOutbox(): Promise<SweepReport>;
  sendReminders(input: { readonly at: Instant }): Promise<ReminderReport>;
  /** Deletes send slots that no limit counts any more, and says how many. */
  deleteOldSlots(input: { readonly at: Instant }): Promise<{ readonly deleted: number }>;
}

/** Activity failures that a retry cannot mend; all others are tried again. */
export const nonRetryableFailures = ['InvariantError'] as const;
