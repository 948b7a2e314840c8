import { whyClockGap } from './clock-gap.js';
import { fitToWindow } from './fit-to-window.js';
import { absenceAt } from './leave.js';
import { minuteMs } from './local-date.js';
import type { Calendar, Instant, Plan, Why } from './types.js';
import { localDateAt, localMinuteAt, resolveLocal } from './zone.js';

/** How many of the latest opens count: habits change. */
export const mostOpens = 50;
/** Fewer opens within the window show no habit. */
export const fewestOpens = 3;

const binMinutes = 30;
const bins = 1440 / binMinutes;

/** What `usualOpenMinute` needs of a calendar. */
export type OpensInWindow = Pick<
  Calendar,
  'timeZone' | 'sendWindowStartMinute' | 'sendWindowEndMinute' | 'opens'
>;

/**
 * The minute of the local day at which a contact usually opens mail within the send window, or undefined where fewer than three
 * of the latest 50 opens lie in it (SET-08).
 *
 * Opens are counted by half hours, each half hour together with half of what its neighbours have, those around midnight too;
 * the earliest of those with the most wins. It is the half hour's start, or the window's where that is later: never outside.
 * The order in which opens are given does not matter. Throws a RangeError for an invalid zone or instant.
 */
export function usualOpenMinute(calendar: OpensInWindow): number | undefined {
  const { timeZone, sendWindowStartMinute: start, sendWindowEndMinute: end, opens = [] } = calendar;
  const minutes = [...opens]
    .sort()
    .slice(-mostOpens)
    .map((at) => localMinuteAt(at, timeZone))
    .filter((minute) => minute >= start && minute < end);
  if (minutes.length < fewestOpens) return undefined;
  const counts = new Map<number, number>();
  for (const minute of minutes) {
    const bin = Math.floor(minute / binMinutes);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const countAt = (bin: number): number => counts.get((bin + bins) % bins) ?? 0;
  const weightOf = (bin: number): number => 2 * countAt(bin) + countAt(bin - 1) + countAt(bin + 1);
  const [best = 0] = [...counts.keys()].sort((a, b) => weightOf(b) - weightOf(a) || a - b);
  return Math.max(best * binMinutes, start);
}

/** The minute to plan with: the one it was planned with before, while the window contains it, else the one that opens show. */
function minuteFor(calendar: Calendar): number | undefined {
  const { opens, plannedOpenMinute, sendWindowStartMinute, sendWindowEndMinute } = calendar;
  if (opens === undefined || plannedOpenMinute === null) return undefined;
  const isKept =
    plannedOpenMinute !== undefined &&
    plannedOpenMinute >= sendWindowStartMinute &&
    plannedOpenMinute < sendWindowEndMinute;
  return isKept ? plannedOpenMinute : usualOpenMinute(calendar);
}

/** When a follow-up email would go out by the clock alone, and the earliest instant at which it may. */
export interface WishedTime {
  readonly at: Instant;
  readonly notBefore: Instant;
}

/**
 * When a follow-up email goes out that is wished for at an instant: at the time of the day of `fitToWindow` at which the contact
 * usually opens mail (SET-08). Where that is past on that day, or is not to be had on it, and where the calendar has no opens,
 * or too few, what `fitToWindow` says. What falls into a leave then waits for that time of the first day after the return.
 *
 * The result is never before `notBefore` and is a fixed point of `fitToWindow`. `why` is empty where nothing was chosen and
 * nothing moved. Throws a RangeError for an invalid zone, instant or calendar.
 */
export function fitToUsualTime({ at, notBefore }: WishedTime, calendar: Calendar): Plan {
  const minute = minuteFor(calendar);
  if (minute === undefined) return fitToWindow(at, calendar);
  const { absences, ...free } = calendar;
  const inWindow = (instant: Instant): Plan => fitToWindow(instant, free);
  let plan = atMinute(inWindow(at), { minute, notBefore }, free);
  for (;;) {
    const absence = absenceAt(plan.dueAt, absences?.email);
    if (absence === undefined) return plan;
    const { until } = absence;
    const leave: Why = { rule: 'leave', wanted: plan.dueAt, movedTo: until };
    const { dueAt, why } = inWindow(until);
    const back = { dueAt, why: [...plan.why, leave, ...why] };
    plan = atMinute(back, { minute, notBefore: until }, free);
  }
}

/** The plan at this minute of its day; unchanged where that is too early or not allowed. */
function atMinute(
  plan: Plan,
  { minute, notBefore }: { readonly minute: number; readonly notBefore: Instant },
  calendar: Calendar,
): Plan {
  const { timeZone } = calendar;
  const date = localDateAt(plan.dueAt, timeZone);
  const wanted = { date, clockMs: minute * minuteMs };
  const resolved = resolveLocal(wanted, timeZone);
  const { at } = resolved;
  const isOnDay = localDateAt(at, timeZone) === date && fitToWindow(at, calendar).dueAt === at;
  if (at < notBefore || !isOnDay) return plan;
  const usual: Why = { rule: 'usual_open_time', minute, movedTo: at };
  return { dueAt: at, why: [...plan.why, usual, ...whyClockGap(wanted, resolved)] };
}
