import {
  findStep,
  firstStep,
  stepAfter,
  type PlacedStep,
  type SequenceDefinition,
} from '../sequence/definition.js';
import type { TaskStep } from '../sequence/step.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { minuteMs } from '../time/local-date.js';
import { planStep } from '../time/plan-step.js';
import type { Instant, Plan, StepToPlan } from '../time/types.js';
import { localTimeAt } from '../time/zone.js';
import type { EnrollmentStart } from './choices.js';
import {
  calendarOf,
  holdsFirst,
  keepsWindow,
  noHolidays,
  type Decision,
  type EnrollmentCase,
  type PlanningCase,
  type Standing,
} from './enrollment.js';
import type { Actor, Cause, LogData, LogEntry, LogType } from './log.js';
import type { EnrollmentReason, EndedState } from './state.js';

/** When, by whom and through what a change comes about. */
export interface Happening {
  readonly at: Instant;
  readonly actor: Actor;
  readonly cause: Cause;
  readonly messageId?: string;
}

/** What the log says of a step that has run. */
export interface StepRecord {
  readonly type: Extract<
    LogType,
    'email_sent' | 'task_created' | 'step_skipped' | 'task_completed'
  >;
  readonly data: LogData;
}

/** A step that runs within this time of its planned instant is on time. */
const onTimeMs = 60_000;

/** When and where an enrollment begins; its calendars matter to a first email that waits for the send window alone. */
export interface Beginning extends Omit<PlanningCase, 'definition' | 'holidays'> {
  readonly at: Instant;
  readonly holidays?: PlanningCase['holidays'];
}

/**
 * The standing of a new enrollment: its first step runs at once, or at the time that was chosen for it if that is still to
 * come, whatever the settings say (SET-01, SET-12, SET-13), but that `firstEmailInWindow` has an email wait for the send
 * window. It begins at the start step (ENR-13). Its follow-up emails are wanted at the time of day of that start.
 * Throws a RangeError when there is no such step.
 */
export function begin(
  definition: SequenceDefinition,
  from: Beginning,
  { startStepId, firstStepAt }: EnrollmentStart = {},
): Standing {
  const { at, timeZone } = from;
  const first =
    startStepId === undefined ? firstStep(definition) : findStep(definition, startStepId);
  if (first === undefined) throw new RangeError('a sequence without steps cannot be begun');
  const chosen = firstStepAt !== undefined && firstStepAt > at ? firstStepAt : undefined;
  const isHeld = first.step.kind === 'automated_email' && holdsFirst(definition, firstStepAt);
  const plan: Plan = isHeld
    ? fitToWindow(at, calendarOf({ holidays: noHolidays, ...from, definition }))
    : { dueAt: at, why: [] };
  const why = [{ rule: 'at_once' }, ...plan.why] as const;
  return {
    ...(chosen === undefined
      ? { state: 'active', reason: null, nextAt: plan.dueAt, why }
      : chosenStanding(chosen)),
    stepId: first.step.id,
    stepPosition: first.position,
    lastDoneAt: null,
    wantedClockMs: localTimeAt(chosen ?? at, timeZone).clockMs,
    pausedState: null,
    restMs: null,
    pausedUntil: null,
    endedAt: null,
  };
}

/** How a first step waits for the time that was chosen for it. */
export function chosenStanding(
  chosenAt: Instant,
): Pick<Standing, 'state' | 'reason' | 'nextAt' | 'why'> {
  return {
    state: 'scheduled',
    reason: 'first_step_later',
    nextAt: chosenAt,
    why: [{ rule: 'chosen_time', chosenAt }],
  };
}

/** One row for the log. */
export function entry(
  type: LogType,
  stepId: string | null,
  happening: Happening,
  data: LogData,
): LogEntry {
  const { at, actor, cause, messageId } = happening;
  return {
    type,
    at,
    stepId,
    cause,
    actor,
    data,
    ...(messageId === undefined ? {} : { messageId }),
  };
}

/** The step of `current` has run, or been skipped: the next one is planned from now, or the enrollment finishes. */
export function goOn(
  current: EnrollmentCase,
  stepId: string,
  happening: Happening,
  record: StepRecord,
): Decision {
  const next = stepAfter(current.definition, stepId, current.ran);
  if (next === undefined) return finish(current, stepId, happening, record);
  const anchor = anchorOf(current.standing, happening.at);
  const wantedClockMs = clockWantedAfter(current, record.type, anchor);
  // A task that came at once has the hour of what was before it, and not the beginning of a day.
  const delayDays = findStep(current.definition, stepId)?.step.delayDays ?? 0;
  const isAfterOpenTask = record.type === 'task_created' && delayDays > 0;
  const plan = planNext(current, next, { after: anchor, wantedClockMs, isAfterOpenTask });
  const paused = current.standing.state === 'paused';
  const standing: Standing = {
    ...current.standing,
    state: paused ? 'paused' : 'active',
    reason: paused ? pauseReason(current.standing) : null,
    stepId: next.step.id,
    stepPosition: next.position,
    nextAt: paused ? null : plan.dueAt,
    why: plan.why,
    lastDoneAt: anchor,
    wantedClockMs,
    pausedState: paused ? 'active' : null,
    restMs: null,
  };
  const data: LogData = {
    ...done(current.standing),
    ...record.data,
    next: { stepId: next.step.id, at: standing.nextAt, why: plan.why },
  };
  return { kind: 'decision', standing, log: [entry(record.type, stepId, happening, data)] };
}

/** The step made a task that must be completed first (TSK-11); nothing is planned until it is. */
export function awaitTask(
  current: EnrollmentCase,
  stepId: string,
  happening: Happening,
  data: LogData,
): Decision {
  const paused = current.standing.state === 'paused';
  return {
    kind: 'decision',
    standing: {
      ...current.standing,
      state: paused ? 'paused' : 'waiting_task',
      reason: paused ? current.standing.reason : null,
      nextAt: null,
      lastDoneAt: happening.at,
      pausedState: paused ? 'waiting_task' : null,
      restMs: null,
    },
    log: [entry('task_created', stepId, happening, { ...done(current.standing), ...data })],
  };
}

/** The step's task was created: it is waited for (TSK-11), or the next step is planned at once (TSK-13). */
export function taskCreated(
  current: EnrollmentCase,
  step: TaskStep,
  happening: Happening,
  data: LogData,
): Decision {
  return step.waitsForCompletion
    ? awaitTask(current, step.id, happening, data)
    : goOn(current, step.id, happening, { type: 'task_created', data });
}

/** Ends an enrollment; its open tasks are cancelled unless it ran to its end. */
export function end(
  current: EnrollmentCase,
  outcome: { readonly state: EndedState; readonly reason: EnrollmentReason },
  happening: Happening,
  data: LogData = {},
): Decision {
  const { state, reason } = outcome;
  return {
    kind: 'decision',
    standing: ended(current.standing, outcome, happening.at),
    log: [entry(state, current.standing.stepId, happening, { ...data, state, reason })],
    ...(state === 'finished' ? {} : { taskChange: { kind: 'cancel_open' } }),
  };
}

/**
 * What the next delay counts from: the planned instant of a step that ran on time, so that a chain of steps keeps its
 * wall clock to the millisecond and a preview comes true; else when it really ran.
 */
export function anchorOf(standing: Standing, at: Instant): Instant {
  const { nextAt } = standing;
  const late = nextAt === null ? Infinity : Date.parse(at) - Date.parse(nextAt);
  return nextAt !== null && late >= 0 && late < onTimeMs ? nextAt : at;
}

/**
 * The wall clock that follow-up emails are wanted at once a step has run (product part 3, 17): after a task that was waited
 * for, that of its completion; else the one that the last email was wanted at, or the start. So whatever moved a step, be it
 * a gap of the clock, the window, a limit, a leave, a pause or an outage, moves that step alone: nobody chose its hour.
 *
 * A wanted time past the end of the window is given up for the window's start once an email has waited for that until the
 * next day: each delay would come out a day longer.
 */
function clockWantedAfter(
  current: EnrollmentCase,
  done: StepRecord['type'],
  anchor: Instant,
): number | null {
  const { standing, definition, timeZone } = current;
  const { wantedClockMs } = standing;
  if (done === 'task_completed') return localTimeAt(anchor, timeZone).clockMs;
  if (done !== 'email_sent') return wantedClockMs;
  if (wantedClockMs === null) return localTimeAt(anchor, timeZone).clockMs;
  const { sendWindowStartMinute, sendWindowEndMinute } = definition.settings;
  const isPastWindow = wantedClockMs >= sendWindowEndMinute * minuteMs;
  return keepsWindow(current) && isPastWindow ? sendWindowStartMinute * minuteMs : wantedClockMs;
}

/** A step that was skipped or settled leaves nothing uncertain behind, but the pause itself stays. */
function pauseReason(standing: Standing): EnrollmentReason | null {
  return standing.reason === 'send_uncertain' ? 'manual' : standing.reason;
}

/** Plans `next` after a step that ran. */
function planNext(
  current: EnrollmentCase,
  { step: { kind, delayDays } }: PlacedStep,
  from: Omit<StepToPlan, 'kind' | 'delayDays'>,
): Plan {
  const step = { kind: kind === 'automated_email' ? 'email' : 'task', delayDays, ...from } as const;
  return planStep(step, calendarOf(current));
}

function finish(
  current: EnrollmentCase,
  stepId: string,
  happening: Happening,
  record: StepRecord,
): Decision {
  const outcome = { state: 'finished', reason: 'all_steps' } as const;
  const system: Happening = { at: happening.at, actor: { kind: 'system' }, cause: happening.cause };
  return {
    kind: 'decision',
    standing: ended({ ...current.standing, lastDoneAt: happening.at }, outcome, happening.at),
    log: [
      entry(record.type, stepId, happening, { ...done(current.standing), ...record.data }),
      entry('finished', null, system, outcome),
    ],
  };
}

/** The standing of an enrollment that has ended. */
export function ended(
  standing: Standing,
  outcome: { readonly state: EndedState; readonly reason: EnrollmentReason },
  at: Instant,
): Standing {
  return {
    ...standing,
    ...outcome,
    stepId: null,
    nextAt: null,
    why: [],
    pausedState: null,
    restMs: null,
    pausedUntil: null,
    endedAt: at,
  };
}

/** What the log says of the step that was next: when it was planned to run, and why then. */
export function done(standing: Standing): LogData {
  return standing.nextAt === null ? {} : { plannedAt: standing.nextAt, why: standing.why };
}
