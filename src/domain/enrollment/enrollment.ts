import { holidaysWithin } from '../holiday/calendar.js';
import type { SequenceDefinition } from '../sequence/definition.js';
import {
  mondayToFriday,
  type Absences,
  type Calendar,
  type Instant,
  type LocalDate,
  type TimeZone,
  type Why,
  type WorkingDays,
} from '../time/types.js';
import type { Completion } from '../task/outcome.js';
import type { LogEntry } from './log.js';
import type { EnrollmentReason, EnrollmentState, LiveState, WidePause } from './state.js';

/** Where an enrollment stands: the part of its row that changes. */
export interface Standing {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
  /** The step that runs next, or whose task is awaited; null when ended. */
  readonly stepId: string | null;
  readonly stepPosition: number | null;
  /** When the next step is due; null while a person is waited for, and at the end. */
  readonly nextAt: Instant | null;
  readonly why: readonly Why[];
  /** What the next delay counts from; null before the first step. */
  readonly lastDoneAt: Instant | null;
  /**
   * The wall clock that its follow-up emails are wanted at, in milliseconds past 00:00 of its zone, 0–86,399,999, apart
   * from the one at which the last step ran. Null in enrollments of earlier releases: that of `lastDoneAt`.
   */
  readonly wantedClockMs: number | null;
  readonly pausedState: Exclude<LiveState, 'paused'> | null;
  /** The rest of the delay that a pause keeps; null when the whole delay is to be planned on resuming. */
  readonly restMs: number | null;
  /** When a pause ends by itself; null when it lasts until it is lifted. */
  readonly pausedUntil: Instant | null;
  readonly endedAt: Instant | null;
}

/** What a decision needs to know of an enrollment. */
export interface EnrollmentCase {
  readonly standing: Standing;
  readonly definition: SequenceDefinition;
  readonly timeZone: TimeZone;
  /** The time that was chosen for its first step; null or absent for at once. */
  readonly firstStepAt?: Instant | null;
  /** The days that are no business days for it; empty when its sequence has no holiday calendar. */
  readonly holidays: ReadonlySet<LocalDate>;
  /** The working week of its account, which its sequence may have otherwise; when absent, Monday to Friday. */
  readonly workingDays?: WorkingDays | undefined;
  /** The tasks that its steps made and nobody has closed yet. */
  readonly openTasks: readonly OpenTask[];
  /** The ids of the tasks that are completed; when absent, none is. */
  readonly completedTasks?: readonly string[];
  /**
   * The steps that have run: emails sent, tasks created, steps skipped. Known only after a change of version; without one,
   * steps run in order and none comes up twice.
   */
  readonly ran?: ReadonlySet<string>;
  /** When its sender and the assignee of its tasks are away; when absent, nobody is. */
  readonly absences?: Absences | undefined;
  /** The latest times at which its contact opened mail; read only where its settings plan by them (SET-08). */
  readonly opens?: readonly Instant[] | undefined;
  /** The pause of its sequence or account that holds it, whatever its own state. */
  readonly heldBy?: WidePause | null;
}

export interface OpenTask {
  readonly id: string;
  readonly stepId: string;
  /** Who is to work it; left out where nobody is, as in a play. */
  readonly assigneeId?: string;
}

/** The task that an enrollment waits for, even while it is paused; undefined when there is none. */
export function awaitedTask({ standing, openTasks }: EnrollmentCase): OpenTask | undefined {
  const waits = standing.state === 'waiting_task' || standing.pausedState === 'waiting_task';
  return waits ? openTasks.find(({ stepId }) => stepId === standing.stepId) : undefined;
}

/** What is to become of the enrollment's tasks. */
export type TaskChange =
  | { readonly kind: 'complete'; readonly taskId: string; readonly completion?: Completion }
  | { readonly kind: 'cancel'; readonly taskId: string }
  | { readonly kind: 'cancel_open' };

/**
 * A decided change: the new standing, what the log says of it, and what becomes of tasks. Where the log says nothing, what was
 * said has been done before, and nothing changes.
 */
export interface Decision {
  readonly kind: 'decision';
  readonly standing: Standing;
  readonly log: readonly LogEntry[];
  readonly taskChange?: TaskChange;
}

/** A change that the rules do not allow; nothing is changed. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: 'ENROLLMENT_ENDED' | 'INVALID_STATE' | 'STEP_NOT_FOUND' | 'TASK_CLOSED';
  /** What was refused and how to mend it. */
  readonly detail: string;
}

/** The holidays of a sequence without a holiday calendar. */
export const noHolidays: ReadonlySet<LocalDate> = new Set();

/** What an enrollment's dates are planned by. */
export type PlanningCase = Pick<
  EnrollmentCase,
  'definition' | 'timeZone' | 'holidays' | 'workingDays' | 'absences' | 'opens'
>;

/** Whether the opens of the contact have a say in when follow-up emails go out (SET-08). */
export function plansByOpens({ settings }: SequenceDefinition): boolean {
  return settings.sendTime === 'from_opens';
}

/** Whether a first email waits for the send window: where the sequence says so and no time was chosen for it (SET-13). */
export function holdsFirst(
  { settings }: SequenceDefinition,
  firstStepAt: Instant | null = null,
): boolean {
  return settings.firstEmailInWindow && firstStepAt === null;
}

/** Whether the next email keeps to the send window and the eligible days: follow-ups do, first emails where they are held. */
export function keepsWindow({
  standing,
  definition,
  firstStepAt,
}: Pick<EnrollmentCase, 'standing' | 'definition' | 'firstStepAt'>): boolean {
  return standing.lastDoneAt !== null || holdsFirst(definition, firstStepAt);
}

/** The calendar that an enrollment's follow-ups are planned by. */
export function calendarOf({
  definition,
  timeZone,
  holidays,
  workingDays: accountDays = mondayToFriday,
  absences,
  opens = [],
}: PlanningCase): Calendar {
  const { eligibleFollowUpDays, sendWindowStartMinute, sendWindowEndMinute, taskCreationMinute } =
    definition.settings;
  const workingDays = definition.settings.workingDays ?? accountDays;
  const isUsual = workingDays.join() === mondayToFriday.join();
  return {
    eligibleFollowUpDays,
    sendWindowStartMinute,
    sendWindowEndMinute,
    taskCreationMinute,
    timeZone,
    // A calendar leaves days of the usual week by its own rules; of another week it could take them all.
    holidays: isUsual ? holidays : holidaysWithin(holidays, workingDays),
    ...(isUsual ? {} : { workingDays }),
    ...(absences && { absences }),
    ...(plansByOpens(definition) && { opens }),
  };
}
