import type { MissingInMessage } from '../message/render-message.js';
import type { SendProblem } from '../sending/send-problem.js';
import type { Instant, Why } from '../time/types.js';
import type { EnrollmentReason, EnrollmentState } from './state.js';
import type { SuppressionReason } from './suppression.js';

/** What can stand in an enrollment's log. */
export const logTypes = [
  'enrolled',
  'email_sent',
  'email_deferred',
  'email_uncertain',
  'email_rejected',
  'email_withdrawn',
  'task_created',
  'task_completed',
  'task_reassigned',
  'step_skipped',
  'rescheduled',
  'version_changed',
  'assignee_changed',
  'paused',
  'resumed',
  'run_restarted',
  'finished',
  'unenrolled',
  'errored',
  'late_reply',
  'late_meeting',
] as const;
export type LogType = (typeof logTypes)[number];

/** Entries of a reply or a meeting after the end: it counts as the reason that it would have been. */
export const lateTypes: readonly LogType[] = ['late_reply', 'late_meeting'];

/** Entries that say that their step has run; it never runs again. */
export const stepRunTypes: readonly LogType[] = ['email_sent', 'task_created', 'step_skipped'];

/** Who did it. */
export interface Actor {
  readonly kind: 'user' | 'api_key' | 'operator' | 'system';
  readonly id?: string;
}

/** What brought it about. */
export interface Cause {
  readonly kind: 'request' | 'event' | 'due' | 'temporal_ui' | 'server_reply' | 'bulk' | 'command';
  readonly id?: string;
}

/** The facts of one entry: ids, codes and times, never a name, an address or a text of somebody's. */
export interface LogData {
  readonly state?: EnrollmentState;
  readonly reason?: EnrollmentReason;
  /** When a reply or a meeting came about that is told of after the end. */
  readonly occurredAt?: Instant;
  /** When the step was planned to run, and the rules that put it there. */
  readonly plannedAt?: Instant;
  readonly why?: readonly Why[];
  /** What was planned to come next. */
  readonly next?: {
    readonly stepId: string;
    readonly at: Instant | null;
    readonly why: readonly Why[];
  };
  /** The versions of the sequence that it was moved between. */
  readonly fromVersion?: number;
  readonly toVersion?: number;
  readonly taskId?: string;
  /** The id of the outcome that a task was completed with, and whether something was noted with it. */
  readonly outcome?: string;
  readonly hasNote?: boolean;
  /** Who works its tasks, or the task, from now on. */
  readonly assigneeId?: string;
  /** Who was to work the task until now. */
  readonly fromAssigneeId?: string;
  readonly sendId?: string;
  readonly dueAt?: Instant;
  readonly restMs?: number;
  /** When a pause ends by itself. */
  readonly until?: Instant;
  readonly smtpCode?: number;
  /** Why an email can never go out. */
  readonly problem?: SendProblem;
  /** The tokens that have neither a value nor a fallback (ERR-09). */
  readonly missing?: readonly MissingInMessage[];
  /** The enrollment whose reply or meeting ended this one (ENR-22). */
  readonly throughEnrollmentId?: string;
  /** Why the address may not be written to, when that ended it. */
  readonly suppression?: SuppressionReason;
}

/** What the log keeps of anything that happened, of enrollments and of all else. */
export interface LogFacts extends LogData {
  readonly [fact: string]: unknown;
}

/** One row to be written to the log; its number is given when it is written. */
export interface LogEntry {
  readonly type: LogType;
  readonly at: Instant;
  readonly stepId: string | null;
  readonly cause: Cause;
  readonly actor: Actor;
  readonly data: LogData;
  readonly messageId?: string;
}

/** What a reported event did to one enrollment. */
export interface EventEffect {
  readonly enrollmentId: string;
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason;
  /** When a pause ends by itself. */
  readonly until?: Instant;
}
