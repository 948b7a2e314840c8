import { isEligibleDate, nextEligibleDate } from './business-days.js';
import type { ArrivedDay, DayRules } from './business-days.js';
import { checkCalendar } from './check-calendar.js';
import { whyClockGap } from './clock-gap.js';
import { fitToWindow } from './fit-to-window.js';
import { latest } from './instant.js';
import { addDays, dateToWallMs, dayMs, wallMsToDate } from './local-date.js';
import { createOn, holdTask } from './task-day.js';
import type { Calendar, Instant, Plan, StepToPlan, Why } from './types.js';
import { fitToUsualTime } from './usual-open-time.js';
import { localTimeAt, resolveLocal } from './zone.js';
import type { LocalTime } from './zone.js';

/** A step that was waiting when its enrollment was paused. */
export interface PausedDelay {
  readonly pausedAt: Instant;
  /** When the step would have run. */
  readonly dueAt: Instant;
}

/** A step whose enrollment is resumed. */
export interface RestToPlan {
  readonly kind: StepToPlan['kind'];
  readonly resumedAt: Instant;
  /** What `restOfDelay` gave: eligible wall-clock milliseconds, 0 when the step was overdue. */
  readonly restMs: number;
}

/** No wait is longer than this; it limits how many days are walked through. */
const maxRestDays = 3_700;

function wallMsOf({ date, clockMs }: LocalTime): number {
  return dateToWallMs(date) + clockMs;
}

function businessMsBetween(fromMs: number, toMs: number, rules: DayRules): number {
  let restMs = 0;
  let date = wallMsToDate(fromMs);
  for (let dayStartMs = dateToWallMs(date); dayStartMs < toMs; dayStartMs += dayMs) {
    if (isEligibleDate(date, rules)) {
      restMs += Math.min(toMs, dayStartMs + dayMs) - Math.max(fromMs, dayStartMs);
    }
    date = addDays(date, 1);
  }
  return restMs;
}

/**
 * The unused rest of a delay, in eligible wall-clock milliseconds (product 2.2).
 *
 * A day has 24 hours of them whatever the clock does on it. With BUSINESS_DAYS only time on
 * eligible days counts; in the other modes, which delay by calendar days, all time does.
 * 0 when the step was due at or before the pause. Throws a RangeError for an invalid zone or
 * instant, or for a due time more than 3,700 days away.
 */
export function restOfDelay({ pausedAt, dueAt }: PausedDelay, rules: DayRules): number {
  const fromMs = wallMsOf(localTimeAt(pausedAt, rules.timeZone));
  const toMs = wallMsOf(localTimeAt(dueAt, rules.timeZone));
  if (dueAt <= pausedAt || toMs <= fromMs) {
    return 0;
  }
  if (toMs - fromMs > maxRestDays * dayMs) {
    throw new RangeError(`${dueAt} is more than ${maxRestDays} days after ${pausedAt}`);
  }
  return rules.eligibleFollowUpDays === 'BUSINESS_DAYS'
    ? businessMsBetween(fromMs, toMs, rules)
    : toMs - fromMs;
}

interface Reached extends ArrivedDay {
  readonly clockMs: number;
}

function advanceBusinessTime(from: LocalTime, restMs: number, rules: DayRules): Reached {
  let day = nextEligibleDate(from.date, rules);
  const why: Why[] = [...day.why];
  // The rest is laid out from the start of the first eligible day, a day at a time.
  let leftMs = restMs + (day.date === from.date ? from.clockMs : 0);
  while (leftMs >= dayMs) {
    day = nextEligibleDate(addDays(day.date, 1), rules);
    why.push(...day.why);
    leftMs -= dayMs;
  }
  return { date: day.date, clockMs: leftMs, why };
}

function advance(from: LocalTime, restMs: number, rules: DayRules): Reached {
  if (rules.eligibleFollowUpDays === 'BUSINESS_DAYS') {
    return advanceBusinessTime(from, restMs, rules);
  }
  const wallMs = wallMsOf(from) + restMs;
  const reachedOn = wallMsToDate(wallMs);
  const day = nextEligibleDate(reachedOn, rules);
  return { ...day, clockMs: wallMs - dateToWallMs(reachedOn) };
}

function planAhead(rest: RestToPlan, resumed: Why, calendar: Calendar): Plan {
  const start = localTimeAt(rest.resumedAt, calendar.timeZone);
  const reached = advance(start, rest.restMs, calendar);
  const resolved = resolveLocal(reached, calendar.timeZone);
  const reachedAt = latest(resolved.at, rest.resumedAt);
  const gap = whyClockGap(reached, resolved);
  if (rest.kind === 'task') {
    return holdTask({ dueAt: reachedAt, why: [resumed, ...reached.why, ...gap] }, calendar);
  }
  const fitted = fitToUsualTime({ at: reachedAt, notBefore: rest.resumedAt }, calendar);
  const last = fitted.why.length === 0 ? gap : fitted.why;
  return { dueAt: fitted.dueAt, why: [resumed, ...reached.why, ...last] };
}

function createWhenAllowed(resumedAt: Instant, calendar: Calendar): Plan {
  const { date } = localTimeAt(resumedAt, calendar.timeZone);
  const day = nextEligibleDate(date, calendar);
  return day.date === date ? { dueAt: resumedAt, why: [] } : createOn(day, calendar);
}

/**
 * When a step runs whose enrollment is resumed: `resumedAt`, advanced by the rest of the delay in
 * the same eligible wall-clock time that `restOfDelay` measures, and never before `resumedAt`.
 *
 * - What ends on a day that is not eligible moves to the next one that is, at the same wall-clock
 *   time; an email then into its window, by `fitToWindow`, and, where the calendar has opens, to the time of that day at
 *   which the contact usually opens mail, if that is not before `resumedAt` (SET-08).
 * - Rest 0: as soon as allowed. A task at once, but not on a day that is not eligible; an email at the first instant of a
 *   window.
 *
 * Resumed at the instant of the pause, an email due on an eligible day within its window is due
 * when it was before. `why` begins with `resumed`. Throws a RangeError for an invalid zone,
 * instant or calendar, or when `restMs` is not a whole number from 0 to 3,700 days.
 */
export function planRest(rest: RestToPlan, calendar: Calendar): Plan {
  const { kind, resumedAt, restMs } = rest;
  checkCalendar(calendar);
  if (!Number.isInteger(restMs) || restMs < 0 || restMs > maxRestDays * dayMs) {
    throw new RangeError(
      `restMs must be a whole number from 0 to ${maxRestDays} days, not ${restMs}`,
    );
  }
  const resumed: Why = { rule: 'resumed', at: resumedAt, restMs };
  if (restMs > 0) {
    return planAhead(rest, resumed, calendar);
  }
  const allowed =
    kind === 'task'
      ? holdTask(createWhenAllowed(resumedAt, calendar), calendar)
      : fitToWindow(resumedAt, calendar);
  return { dueAt: allowed.dueAt, why: [resumed, ...allowed.why] };
}
