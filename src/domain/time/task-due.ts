import { nextEligibleDate } from './business-days.js';
import type { DayRules } from './business-days.js';
import { addDays, minuteMs } from './local-date.js';
import type { Instant } from './types.js';
import { instantAt, localDateAt } from './zone.js';

const dueClockMs = 17 * 60 * minuteMs;

/**
 * When a task is due that is created at `createdAt`: 17:00 of that day in the calendar's zone,
 * whatever the day (TSK-03, LIM-15). At or after 17:00 it is 17:00 of the next eligible
 * day (product part 3, 3), so the result is always after `createdAt`.
 *
 * Throws a RangeError for an invalid zone or instant, and when 370 days in a row are not eligible.
 */
export function taskDueAt(createdAt: Instant, rules: DayRules): Instant {
  const createdOn = localDateAt(createdAt, rules.timeZone);
  const sameDay = instantAt(createdOn, dueClockMs, rules.timeZone);
  if (createdAt < sameDay) {
    return sameDay;
  }
  const next = nextEligibleDate(addDays(createdOn, 1), rules);
  return instantAt(next.date, dueClockMs, rules.timeZone);
}
