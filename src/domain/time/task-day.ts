import { isEligibleDate, nextEligibleDate } from './business-days.js';
import type { ArrivedDay } from './business-days.js';
import { whyClockGap } from './clock-gap.js';
import { latest } from './instant.js';
import { absenceAt } from './leave.js';
import { addDays, minuteMs } from './local-date.js';
import type { Absence, Calendar, Instant, LocalDate, Plan } from './types.js';
import { localDateAt, resolveLocal } from './zone.js';

/** Tasks that a leave held are spread over at most this many eligible days after it. */
export const maxSpreadDays = 5;

/** When the task of a day is created: at the calendar's creation minute, or at the first instant that exists (TSK-02). */
export function createOn(day: ArrivedDay, calendar: Calendar): Plan {
  const wanted = { date: day.date, clockMs: calendar.taskCreationMinute * minuteMs };
  const resolved = resolveLocal(wanted, calendar.timeZone);
  return {
    dueAt: resolved.at,
    why: [...day.why, { rule: 'start_of_day', on: day.date }, ...whyClockGap(wanted, resolved)],
  };
}

/**
 * Holds a task while its assignee is away. The tasks of a leave follow it in their order, spread over as many eligible days
 * as the leave had, at most `maxSpreadDays`. A task outside any leave keeps its plan.
 */
export function holdTask(plan: Plan, calendar: Calendar): Plan {
  const absence = absenceAt(plan.dueAt, calendar.absences?.task);
  if (absence === undefined) return plan;
  const created = createOn(dayAfter(absence, plan.dueAt, calendar), calendar);
  const back = latest(created.dueAt, absence.until);
  const leave = { rule: 'leave', wanted: plan.dueAt, movedTo: back } as const;
  return holdTask({ dueAt: back, why: [...plan.why, leave] }, calendar);
}

/** The day on which a task is created that was due within an absence: the later it was due, the later the day. */
function dayAfter(absence: Absence, dueAt: Instant, calendar: Calendar): ArrivedDay {
  const firstOn = localDateAt(absence.from, calendar.timeZone);
  const backOn = localDateAt(absence.until, calendar.timeZone);
  const all = eligibleDays(firstOn, backOn, calendar);
  const before = eligibleDays(firstOn, localDateAt(dueAt, calendar.timeZone), calendar);
  const spread = Math.min(all, maxSpreadDays);
  let day = nextEligibleDate(backOn, calendar);
  const daysOn = all === 0 ? 0 : Math.floor((Math.min(before, all - 1) * spread) / all);
  for (let on = 0; on < daysOn; on += 1) day = nextEligibleDate(addDays(day.date, 1), calendar);
  return { date: day.date, why: [] };
}

/** How many eligible days there are from a date to another, which is excluded. */
function eligibleDays(from: LocalDate, until: LocalDate, calendar: Calendar): number {
  let count = 0;
  for (let date = from; date < until; date = addDays(date, 1)) {
    if (isEligibleDate(date, calendar)) count += 1;
  }
  return count;
}
