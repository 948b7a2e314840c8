import { addDays, weekdayOf } from './local-date.js';
import { mondayToFriday } from './types.js';
import type { Calendar, LocalDate, Why } from './types.js';
import { dateExists, instantAt } from './zone.js';

/** The part of a calendar that says which dates are eligible. */
export type DayRules = Pick<
  Calendar,
  'eligibleFollowUpDays' | 'workingDays' | 'holidays' | 'timeZone'
>;

/** A date that the planner arrived at, with each weekend and holiday that it stepped over on the way. */
export interface ArrivedDay {
  readonly date: LocalDate;
  readonly why: readonly Why[];
}

/** How many days are searched for an eligible one. A calendar without one in a year is an error. */
const searchDays = 370;

type Obstacle = 'weekend' | 'holiday' | 'left_out';

/** Whether a date lies within a working week, holiday or not. */
export function isWorkedOn(date: LocalDate, workingDays = mondayToFriday): boolean {
  return workingDays.includes(weekdayOf(date));
}

function obstacleOn(date: LocalDate, rules: DayRules): Obstacle | undefined {
  if (rules.eligibleFollowUpDays !== 'EVERYDAY' && !isWorkedOn(date, rules.workingDays)) {
    return 'weekend';
  }
  if (rules.holidays.has(date)) {
    return 'holiday';
  }
  return dateExists(date, rules.timeZone) ? undefined : 'left_out';
}

/**
 * Whether a follow-up may run on a date (SET-02, SET-03): no weekend, which is whatever lies outside the working week,
 * unless every day is eligible, and no holiday in any of the three modes, since a sequence has holidays only
 * when it asked for them. A date that the zone left out (Samoa, 2011-12-30) is not eligible.
 */
export function isEligibleDate(date: LocalDate, rules: DayRules): boolean {
  return obstacleOn(date, rules) === undefined;
}

function whyMoved(obstacle: Obstacle, on: LocalDate, movedTo: LocalDate, rules: DayRules): Why {
  return obstacle === 'left_out'
    ? { rule: 'clock_gap', wanted: on, movedTo: instantAt(movedTo, 0, rules.timeZone) }
    : { rule: obstacle, on, movedTo };
}

/**
 * The first eligible date at or after `date`. Neighbouring days with one obstacle make one entry
 * of `why` (Saturday → Monday); the entries chain, each starting where the one before it led.
 *
 * Throws a RangeError when there is none within 370 days.
 */
export function nextEligibleDate(date: LocalDate, rules: DayRules): ArrivedDay {
  const why: Why[] = [];
  let on = date;
  let obstacle = obstacleOn(date, rules);
  for (let days = 1; days <= searchDays && obstacle !== undefined; days += 1) {
    const candidate = addDays(date, days);
    const next = obstacleOn(candidate, rules);
    if (next !== obstacle) {
      why.push(whyMoved(obstacle, on, candidate, rules));
      on = candidate;
      obstacle = next;
    }
  }
  if (obstacle !== undefined) {
    throw new RangeError(
      `No eligible day within ${searchDays} days of ${date}: the holiday calendar leaves none`,
    );
  }
  return { date: on, why };
}

/**
 * The eligible date `days` days after `date` (SET-02 to SET-04).
 *
 * - BUSINESS_DAYS: only eligible days count, so a step over a weekend or holiday is free.
 *   `date` itself need not be eligible: Saturday + 1 is Monday.
 * - WEEKDAYS_ONLY and EVERYDAY: calendar days count; where they end on a day that is not
 *   eligible, the next eligible one is taken.
 * - 0 days: `date` itself, or the next eligible one, in every mode.
 *
 * `days` is a whole number ≥ 0. Throws a RangeError when 370 days in a row are not eligible.
 */
export function stepDays(date: LocalDate, days: number, rules: DayRules): ArrivedDay {
  if (days === 0 || rules.eligibleFollowUpDays !== 'BUSINESS_DAYS') {
    return nextEligibleDate(addDays(date, days), rules);
  }
  const why: Why[] = [];
  let reached = date;
  for (let counted = 0; counted < days; counted += 1) {
    const next = nextEligibleDate(addDays(reached, 1), rules);
    why.push(...next.why);
    reached = next.date;
  }
  return { date: reached, why };
}
