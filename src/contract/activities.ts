import type { OutlineStep } from '../domain/sequence/outline.js';
import type { Belief } from '../domain/enrollment/failing.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import type { OfInstallation } from './installation.js';
import type { Instant } from '../domain/time/types.js';

/** What every activity of a run is told. */
interface Asked extends OfInstallation {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly at: Instant;
  /**
   * Where the run believes the enrollment to stand. Asked with it, an activity that fails some times answers that, put off;
   * asked without, as runs of earlier releases ask, it fails until it succeeds.
   */
  readonly belief?: Belief;
}

/** One step of one enrollment, to be run at the workflow's `at`. */
export interface RunStepInput extends Asked {
  readonly stepId: string;
}

export interface ApplyMessageInput extends Asked {
  readonly message: EnrollmentMessage;
  /** True for what must be written before the run may end: it is never given up. */
  readonly isFinal?: boolean;
}

/** A pause whose time has come by the workflow's `at`. */
export type EndPauseInput = Asked;

/** Where an enrollment stands after a message; with its steps when the run was to look at them anew. */
export interface AppliedMessage extends EnrollmentStatus {
  readonly outline?: readonly OutlineStep[];
  /** Why the message was given up, as a code: it failed each time for a reason of its own, and changed nothing. */
  readonly givenUp?: string;
}

/** Every activity may run twice, and answers with where the enrollment stands afterwards. */
export interface EnrollmentActivities {
  sendEmail(input: RunStepInput): Promise<EnrollmentStatus>;
  createTask(input: RunStepInput): Promise<EnrollmentStatus>;
  applyMessage(input: ApplyMessageInput): Promise<AppliedMessage>;
  endPause(input: EndPauseInput): Promise<EnrollmentStatus>;
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

/** After how many late runs was looked, and what that led to. */
export interface RunsReport {
  readonly late: number;
  readonly started: number;
  readonly told: number;
}

/** How many send slots were deleted, and of how many mails the texts were erased. */
export interface TidyReport {
  readonly deleted: number;
  readonly textsErased: number;
}

export interface MaintenanceActivities {
  sweepOutbox(): Promise<SweepReport>;
  /** Looks after the runs of what is late: starts those that are gone, and has those that wait look again. */
  checkRuns(input: { readonly at: Instant }): Promise<RunsReport>;
  sendReminders(input: { readonly at: Instant }): Promise<ReminderReport>;
  /**
   * Deletes send slots that no limit counts any more, erases the texts of mails whose time is over, and says how many. Runs of
   * earlier releases know it by this name.
   */
  deleteOldSlots(input: { readonly at: Instant }): Promise<TidyReport>;
}
