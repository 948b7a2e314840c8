import { nextEligibleDate } from './business-days.js';
import { checkCalendar } from './check-calendar.js';
import { whyClockGap } from './clock-gap.js';
import { fromEpochMs, latest, toEpochMs } from './instant.js';
import { absenceAt } from './leave.js';
import { addDays, minuteMs } from './local-date.js';
import type { Calendar, Instant, LocalDate, Plan, Why } from './types.js';
import { instantAt, localDateAt, resolveLocal } from './zone.js';

interface Opening {
  readonly at: Instant;
  readonly gap: readonly Why[];
}

function openingOn(date: LocalDate, calendar: Calendar): Opening {
  const wanted = { date, clockMs: calendar.sendWindowStartMinute * minuteMs };
  const resolved = resolveLocal(wanted, calendar.timeZone);
  return { at: resolved.at, gap: whyClockGap(wanted, resolved) };
}

/**
 * The first instant of a date that is past its window. A clock put forward never shortens a window to nothing: it moves the
 * times that it skips, and the end of the window with them.
 */
function closingOn(date: LocalDate, opensAt: Instant, calendar: Calendar): Instant {
  const endMs = calendar.sendWindowEndMinute * minuteMs;
  const end = instantAt(date, endMs, calendar.timeZone);
  const lastMs = toEpochMs(instantAt(date, endMs - 1, calendar.timeZone));
  const closesAt = latest(end, fromEpochMs(lastMs + 1));
  const lengthMs = endMs - calendar.sendWindowStartMinute * minuteMs;
  return closesAt > opensAt ? closesAt : fromEpochMs(toEpochMs(opensAt) + lengthMs);
}

/**
 * The first instant at or after `instant` at which a follow-up email may go out: on an eligible
 * day and within the send window, start included, end excluded (SET-06, SET-07, product part 3, 11).
 * For an email that is planned, and for one that comes late because it was held up.
 *
 * - Allowed already: the same instant and an empty `why`, so the result is a fixed point.
 * - Before the day's window: its start.
 * - At or after its end: its start on the next eligible day.
 * - On a day that is not eligible: its start on the next eligible day.
 *
 * - While the sender is away: where the first of these leads after the return.
 *
 * A later input never gives an earlier result. Throws a RangeError for an invalid zone, instant
 * or calendar, and when 370 days in a row are not eligible.
 */
export function fitToWindow(instant: Instant, calendar: Calendar): Plan {
  checkCalendar(calendar);
  const fitted = fitToOpening(instant, calendar);
  const absence = absenceAt(fitted.dueAt, calendar.absences?.email);
  if (absence === undefined) return fitted;
  const back = fitToWindow(absence.until, calendar);
  const leave: Why = { rule: 'leave', wanted: fitted.dueAt, movedTo: absence.until };
  return { dueAt: back.dueAt, why: [...fitted.why, leave, ...back.why] };
}

/** The same, as if nobody were ever away. */
function fitToOpening(instant: Instant, calendar: Calendar): Plan {
  const date = localDateAt(instant, calendar.timeZone);
  const day = nextEligibleDate(date, calendar);
  const opening = openingOn(day.date, calendar);
  if (instant < opening.at) {
    const isMoved = day.date === date || calendar.sendWindowStartMinute > 0;
    const window: readonly Why[] = isMoved ? [{ rule: 'before_window', movedTo: opening.at }] : [];
    return { dueAt: opening.at, why: [...day.why, ...window, ...opening.gap] };
  }
  if (day.date === date && instant < closingOn(date, opening.at, calendar)) {
    return { dueAt: instant, why: [] };
  }
  const next = nextEligibleDate(addDays(date, 1), calendar);
  const nextOpening = openingOn(next.date, calendar);
  const dueAt = latest(nextOpening.at, instant);
  return {
    dueAt,
    why: [{ rule: 'after_window', movedTo: dueAt }, ...next.why, ...nextOpening.gap],
  };
}
