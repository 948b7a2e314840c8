import { stepDays } from './business-days.js';
import type { DayRules } from './business-days.js';
import { latest } from './instant.js';
import type { Instant } from './types.js';
import { instantAt, localTimeAt } from './zone.js';

/**
 * The same wall-clock time `days` days later, counted as delays count them; 0 days is the very instant, whatever the day.
 * Never before `instant`. `days` is a whole number ≥ 0. Throws a RangeError for an invalid zone or instant, and when 370
 * days in a row are not eligible.
 */
export function daysLater(instant: Instant, days: number, rules: DayRules): Instant {
  if (days === 0) return instant;
  const { date, clockMs } = localTimeAt(instant, rules.timeZone);
  return latest(instant, instantAt(stepDays(date, days, rules).date, clockMs, rules.timeZone));
}
