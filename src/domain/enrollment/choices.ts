import type { SequenceSettings } from '../sequence/definition.js';
import type { Instant } from '../time/types.js';

/** The settings of a sequence that one enrollment may override; none touches the first step (SET-01, SET-11). */
export type SettingsOverride = Partial<
  Pick<
    SequenceSettings,
    | 'eligibleFollowUpDays'
    | 'sendWindowStartMinute'
    | 'sendWindowEndMinute'
    | 'taskCreationMinute'
    | 'taskReminderMinute'
    | 'workingDays'
    | 'holidayCalendarIds'
    | 'onParentMissing'
    | 'sendTime'
  >
>;

/** What one enrollment overrides in one step. */
export interface StepOverride {
  /** Whole days after the step before, 0–90 (SEQ-17, SET-14, SET-15); for a task 0 is "create immediately". */
  readonly delayDays?: number;
  /** TSK-14 */
  readonly title?: string;
  readonly notes?: string;
  /** False is "continue without completing the task" (TSK-13). */
  readonly waitsForCompletion?: boolean;
  /** The content of the email for this contact (ENR-16). */
  readonly subject?: string;
  readonly html?: string;
  /** Values of tokens in this step alone, by token path such as `contact.firstName` (ENR-14). */
  readonly tokenValues?: Readonly<Record<string, string>>;
}

/** What one enrollment overrides of its sequence; kept with the enrollment and laid over each version it runs. */
export interface EnrollmentOverrides {
  readonly settings?: SettingsOverride;
  readonly steps?: Readonly<Record<string, StepOverride>>;
  /** Values of tokens in all steps (ENR-14). */
  readonly tokenValues?: Readonly<Record<string, string>>;
  /** True lets the enrollment pass every task without its completion, unless the step says otherwise (TSK-13, BLK-11). */
  readonly continueWithoutCompleting?: boolean;
}

/** Where and when an enrollment begins. */
export interface EnrollmentStart {
  /** Earlier steps are not executed (ENR-13); the first step without it. */
  readonly startStepId?: string;
  /** When the first step runs, instead of at once (SET-13). */
  readonly firstStepAt?: Instant;
}
