import { stepDays } from './business-days.js';
import { checkCalendar } from './check-calendar.js';
import { clockText, whyClockGap } from './clock-gap.js';
import { latest } from './instant.js';
import { addDays } from './local-date.js';
import { createOn, holdTask } from './task-day.js';
import type { Calendar, Plan, StepToPlan, Why } from './types.js';
import { fitToUsualTime } from './usual-open-time.js';
import { localTimeAt, resolveLocal } from './zone.js';
import type { LocalTime } from './zone.js';

/** The longest delay of a step, in days (LIM-01; tasks alike, product part 3, 7). */
const maxDelayDays = 90;

function checkDelay(delayDays: number): void {
  if (!Number.isInteger(delayDays) || delayDays < 0 || delayDays > maxDelayDays) {
    throw new RangeError(`delayDays must be a whole number 0–${maxDelayDays}, not ${delayDays}`);
  }
}

function whyDelay({ after, delayDays }: StepToPlan, calendar: Calendar): Why {
  const counted = calendar.eligibleFollowUpDays === 'BUSINESS_DAYS';
  const unit = counted ? 'business_days' : 'calendar_days';
  return { rule: 'delay', days: delayDays, unit, from: after };
}

/** The day and the clock that an email counts from: where a gap moved `after` past midnight, the day before it. */
function startOfEmail({ after, wantedClockMs }: StepToPlan, { timeZone }: Calendar): LocalTime {
  const start = localTimeAt(after, timeZone);
  if (wantedClockMs === undefined || wantedClockMs === null) return start;
  const dayBefore = { date: addDays(start.date, -1), clockMs: wantedClockMs };
  const { at, moved } = resolveLocal(dayBefore, timeZone);
  return moved && at === after ? dayBefore : start;
}

function planEmail(step: StepToPlan, calendar: Calendar): Plan {
  const start = startOfEmail(step, calendar);
  const day = stepDays(start.date, step.delayDays, calendar);
  const isAtOnce = step.delayDays === 0 && day.date === start.date && step.isAfterOpenTask !== true;
  const clockMs = isAtOnce ? start.clockMs : (step.wantedClockMs ?? start.clockMs);
  const wanted = { date: day.date, clockMs };
  const resolved = resolveLocal(wanted, calendar.timeZone);
  // A clock put back shows an hour twice: a step in the second hour must not go back to the first.
  const wantedAt = latest(resolved.at, step.after);
  const fitted = fitToUsualTime({ at: wantedAt, notBefore: step.after }, calendar);
  // A clock gap is not worth telling once the window, or the usual time, has moved the email elsewhere.
  const last = fitted.why.length === 0 ? whyClockGap(wanted, resolved) : fitted.why;
  const kept = clockMs === localTimeAt(step.after, calendar.timeZone).clockMs;
  const clock: readonly Why[] = kept ? [] : [{ rule: 'wanted_clock', clock: clockText(clockMs) }];
  return { dueAt: fitted.dueAt, why: [whyDelay(step, calendar), ...day.why, ...clock, ...last] };
}

function planTask(step: StepToPlan, calendar: Calendar): Plan {
  const start = localTimeAt(step.after, calendar.timeZone);
  if (step.delayDays === 0) {
    return holdTask({ dueAt: step.after, why: [whyDelay(step, calendar)] }, calendar);
  }
  const day = stepDays(start.date, step.delayDays, calendar);
  const { dueAt, why } = createOn(day, calendar);
  const plan = { dueAt: latest(dueAt, step.after), why: [whyDelay(step, calendar), ...why] };
  return holdTask(plan, calendar);
}

/**
 * When a step after the first runs, and why then.
 *
 * The delay is counted in dates of the enrollment's zone, in the unit that the calendar says, and
 * ends on an eligible one (SET-02 to SET-04, SET-09, SEQ-14, SEQ-15); the wall-clock time is turned
 * into an instant once, at the end, so that it survives clock changes.
 *
 * - Email: the wanted wall clock, or that of `after` (SET-05), then moved by the send window (SET-06,
 *   SET-07). With a delay of 0 it follows `after` at once, but a task that nobody waited for at the wanted wall clock of its
 *   day (product part 3, 17); on a day that is not eligible it waits for the wanted wall clock of the next one. Where the calendar has opens, it then goes out at the time of that day
 *   at which the contact usually opens mail, if that is within the window and not before `after`
 *   (SET-08).
 * - Task, delay 0: exactly `after`, whatever the day (SEQ-16; product part 3, 5).
 * - Task, delay ≥ 1: the calendar's creation minute of the date arrived at, 00:00 by default,
 *   or the first instant of that date (TSK-02).
 *
 * - While whoever is needed is away, neither runs: an email waits for the first window after, a task for its day of those
 *   that `holdTask` spreads the backlog over. The days of a leave count for the delay like any others.
 *
 * The result is never before `after`, and an email's result is a fixed point of `fitToWindow`.
 * Throws a RangeError for a delay that is not a whole number 0–90 (LIM-01), an invalid zone,
 * instant or calendar, and when 370 days in a row are not eligible.
 */
export function planStep(step: StepToPlan, calendar: Calendar): Plan {
  checkDelay(step.delayDays);
  checkCalendar(calendar);
  return step.kind === 'email' ? planEmail(step, calendar) : planTask(step, calendar);
}
