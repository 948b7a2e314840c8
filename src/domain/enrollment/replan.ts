import type { SequenceDefinition } from '../sequence/definition.js';
import type { Step } from '../sequence/step.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { later, latest } from '../time/instant.js';
import { planStep } from '../time/plan-step.js';
import { planRest, restOfDelay } from '../time/rest.js';
import type { Calendar, Instant, Plan, StepToPlan, Why } from '../time/types.js';
import { holdsFirst, type EnrollmentCase, type Standing } from './enrollment.js';
import { awaitedSlot, isPutOff, whySlot } from './postpone.js';

/** A step with the calendar of one version. */
export interface StepInVersion {
  readonly step: Step;
  readonly calendar: Calendar;
}

/** An enrollment whose next step has a date, with what it runs until now. */
export type PlannedCase = Pick<EnrollmentCase, 'standing' | 'definition' | 'ran'>;

/** Two versions of the step that an enrollment waits for. */
export interface Replanning {
  readonly from: StepInVersion;
  readonly to: StepInVersion;
}

/**
 * When the next step runs by another version: its delay is planned anew from the instant it has counted from so far, but
 * never before `at`. Undefined when its date stays: where both versions plan the same, for the first step, of which
 * `replanFirst` tells, and for a time at which a server that put the step off is tried again.
 */
export function replan(current: PlannedCase, versions: Replanning, at: Instant): Plan | undefined {
  const { lastDoneAt, why, wantedClockMs } = current.standing;
  const isAfterOpenTask = followsOpenTask(current);
  if (lastDoneAt === null || isPutOff({ why })) return undefined;
  const planned = asPlanned(why, versions);
  const { before, planTo } =
    why[0]?.rule === 'resumed'
      ? plansOfRest(planned, { lastDoneAt, wantedClockMs, isAfterOpenTask }, why[0])
      : plansOfDelay(planned, {
          lastDoneAt: why[0]?.rule === 'delay' ? why[0].from : lastDoneAt,
          wantedClockMs,
          isAfterOpenTask,
        });
  return before.dueAt === planTo(planned.to.calendar).dueAt
    ? undefined
    : notBefore(planTo(versions.to.calendar), at, versions.to);
}

/**
 * When the first email goes out by another version, never before `at`, where one of the two has it wait for the send window.
 * One that waits for a slot is planned from that slot. Undefined when its date stays: where it waits for a server or a time
 * that was chosen for it, or may go already.
 */
export function replanFirst(
  { standing, firstStepAt, definition }: EnrollmentCase,
  to: StepInVersion & { readonly definition: SequenceDefinition },
  at: Instant,
): Plan | undefined {
  const isFirst = standing.lastDoneAt === null && !isPutOff(standing);
  if (standing.nextAt === null || !isFirst || kindOf(to.step) !== 'email') return undefined;
  const isHeld = holdsFirst(to.definition, firstStepAt);
  if (!isHeld && !holdsFirst(definition, firstStepAt)) return undefined;
  const wished = wishOfFirst(standing, at);
  const { dueAt, why } = isHeld ? fitToWindow(wished.dueAt, to.calendar) : { ...wished, why: [] };
  const isDue = standing.nextAt <= at && dueAt === at;
  return isDue || dueAt === standing.nextAt ? undefined : { dueAt, why: [...wished.why, ...why] };
}

/** When a first email would go out without a window: at its slot, when the rest that a pause has left is over, or at once. */
function wishOfFirst(standing: Standing, at: Instant): Plan {
  const [first] = standing.why;
  const slot = awaitedSlot(standing);
  if (slot !== undefined) {
    const resumed = first?.rule === 'resumed' ? [first] : [];
    return { dueAt: latest(at, slot.at), why: [...resumed, ...whySlot(slot)] };
  }
  return first?.rule === 'resumed'
    ? { dueAt: latest(at, later(first.at, first.restMs)), why: [first] }
    : { dueAt: at, why: [{ rule: 'at_once' }] };
}

/**
 * Compares two versions by the opens that were known when the date was planned: later opens move no date that would
 * otherwise stay (SET-08). A step that is planned anew uses all opens.
 */
function asPlanned(why: readonly Why[], { from, to }: Replanning): Replanning {
  const isPlan = why[0]?.rule === 'delay' || why[0]?.rule === 'resumed';
  if (from.calendar.opens === undefined || !isPlan) return { from, to };
  const usual = why.findLast(({ rule }) => rule === 'usual_open_time');
  const plannedOpenMinute = usual?.rule === 'usual_open_time' ? usual.minute : null;
  const pinned = ({ step, calendar }: StepInVersion): StepInVersion => ({
    step,
    calendar: { ...calendar, plannedOpenMinute },
  });
  return { from: pinned(from), to: pinned(to) };
}

/** What a delay counts from, and the wall clock that an email is wanted at then. */
interface CountedFrom extends Pick<Standing, 'wantedClockMs'>, Pick<StepToPlan, 'isAfterOpenTask'> {
  readonly lastDoneAt: Instant;
}

/** Whether the step that ran before the next one is a task of a later day that is not waited for. */
export function followsOpenTask({ standing, definition, ran }: PlannedCase): boolean {
  const index = definition.steps.findIndex(({ id }) => id === standing.stepId);
  const earlier = definition.steps.slice(0, Math.max(0, index));
  const before = earlier.findLast(({ id }) => ran?.has(id) ?? true);
  if (before === undefined || !('waitsForCompletion' in before)) return false;
  return !before.waitsForCompletion && before.delayDays > 0;
}

/** When a step runs that took another's place: its delay counts from `from`, and it never runs before `at`. */
export function planInstead(step: StepInVersion, from: CountedFrom, at: Instant): Plan {
  return notBefore(planIn(step, from), at, step);
}

interface Plans {
  readonly before: Plan;
  /** The plan of the later version, with its calendar. */
  readonly planTo: (calendar: Calendar) => Plan;
}

function plansOfDelay({ from, to: { step } }: Replanning, countedFrom: CountedFrom): Plans {
  return {
    before: planIn(from, countedFrom),
    planTo: (calendar) => planIn({ step, calendar }, countedFrom),
  };
}

/** What was left of the delay on resuming grows or shrinks by as much as the whole delay did. */
function plansOfRest(
  replanning: Replanning,
  countedFrom: CountedFrom,
  resumed: Extract<Why, { readonly rule: 'resumed' }>,
): Plans {
  const { from, to } = replanning;
  const whole = plansOfDelay(replanning, countedFrom);
  const { lastDoneAt } = countedFrom;
  const wholeAfter = whole.planTo(to.calendar);
  const grownMs =
    restOfDelay({ pausedAt: lastDoneAt, dueAt: wholeAfter.dueAt }, to.calendar) -
    restOfDelay({ pausedAt: lastDoneAt, dueAt: whole.before.dueAt }, from.calendar);
  const { at: resumedAt, restMs } = resumed;
  const leftMs = Math.max(0, restMs + grownMs);
  return {
    before: planRest({ kind: kindOf(from.step), resumedAt, restMs }, from.calendar),
    planTo: (calendar) => planRest({ kind: kindOf(to.step), resumedAt, restMs: leftMs }, calendar),
  };
}

/** Moves a date that is past to the next instant at which the step may run. */
function notBefore(plan: Plan, at: Instant, { step, calendar }: StepInVersion): Plan {
  if (plan.dueAt >= at) return plan;
  const overdue: Why = { rule: 'overdue', movedTo: at };
  const fitted: Plan =
    kindOf(step) === 'email' ? fitToWindow(at, calendar) : { dueAt: at, why: [] };
  return { dueAt: fitted.dueAt, why: [...plan.why, overdue, ...fitted.why] };
}

function planIn({ step, calendar }: StepInVersion, from: CountedFrom): Plan {
  const { lastDoneAt: after, ...clock } = from;
  const { delayDays } = step;
  return planStep({ kind: kindOf(step), after, delayDays, ...clock }, calendar);
}

function kindOf(step: Step): StepToPlan['kind'] {
  return step.kind === 'automated_email' ? 'email' : 'task';
}
