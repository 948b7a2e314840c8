import type { Step } from '../sequence/step.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { planStep } from '../time/plan-step.js';
import { planRest, restOfDelay } from '../time/rest.js';
import type { Calendar, Instant, Plan, StepToPlan, Why } from '../time/types.js';
import type { Standing } from './enrollment.js';

/** A step with the calendar of one version. */
export interface StepInVersion {
  readonly step: Step;
  readonly calendar: Calendar;
}

/** Two versions of the step that an enrollment waits for. */
export interface Replanning {
  readonly from: StepInVersion;
  readonly to: StepInVersion;
}

/**
 * When the next step runs by another version: its delay is planned anew from the instant it has counted from so far, but
 * never before `at`. Undefined when its date stays: where both versions plan the same, for the first step, which no setting
 * touches (SET-01), and for a time at which a server that put the step off is tried again.
 */
export function replan(
  { lastDoneAt, why, wantedClockMs }: Standing,
  versions: Replanning,
  at: Instant,
): Plan | undefined {
  if (lastDoneAt === null || isPutOff(why[0])) return undefined;
  const planned = asPlanned(why, versions);
  const { before, planTo } =
    why[0]?.rule === 'resumed'
      ? plansOfRest(planned, { lastDoneAt, wantedClockMs }, why[0])
      : plansOfDelay(planned, {
          lastDoneAt: why[0]?.rule === 'delay' ? why[0].from : lastDoneAt,
          wantedClockMs,
        });
  return before.dueAt === planTo(planned.to.calendar).dueAt
    ? undefined
    : notBefore(planTo(versions.to.calendar), at, versions.to);
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
interface CountedFrom extends Pick<Standing, 'wantedClockMs'> {
  readonly lastDoneAt: Instant;
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

function isPutOff(first: Why | undefined): boolean {
  return (
    first?.rule === 'deferred' ||
    first?.rule === 'no_connection' ||
    first?.rule === 'password_unreadable'
  );
}

function planIn({ step, calendar }: StepInVersion, from: CountedFrom): Plan {
  const { lastDoneAt: after, wantedClockMs } = from;
  const { delayDays } = step;
  return planStep({ kind: kindOf(step), after, delayDays, wantedClockMs }, calendar);
}

function kindOf(step: Step): StepToPlan['kind'] {
  return step.kind === 'automated_email' ? 'email' : 'task';
}
