import { isWorkedOn } from '../time/business-days.js';
import { dateToWallMs, dayMs } from '../time/local-date.js';
import { mondayToFriday, type LocalDate, type WorkingDays } from '../time/types.js';

/** A whole day on which nobody works. */
export interface Holiday {
  readonly date: LocalDate;
  readonly name: string;
}

/** Where public holidays are kept: a country by its ISO 3166 code, and a part of it that has holidays of its own. */
export interface HolidayPlace {
  readonly country: string;
  /** Such as `CA` in `US`, `BY` or, within that, `BY-A` in `DE`; null for the country as a whole. */
  readonly region: string | null;
}

/** Calendar years, the first and the last included. */
export interface YearRange {
  readonly firstYear: number;
  readonly lastYear: number;
}

/** The most dates of one calendar. */
export const maxHolidays = 1000;

/** The most calendars of one sequence. */
export const maxHolidayCalendars = 5;

/**
 * The most days from Monday to Friday that one calendar may take out of any 370 days in a row. 370 days have at least 264
 * such days, so all calendars of a sequence together always leave one within the days that the planner searches. No country
 * has more than 30.
 */
export const maxWorkingDays = 50;
const spanMs = 370 * dayMs;

/** How far from now the years of a snapshot may lie, unless the caller says otherwise. */
const yearsBefore = 1;
const yearsAhead = 3;

/** The years that a snapshot of public holidays covers: last year, this one and the next three. */
export function defaultYears(thisYear: number): YearRange {
  return { firstYear: thisYear - yearsBefore, lastYear: thisYear + yearsAhead };
}

/** One rule that a list of holidays breaks, and where. */
export interface HolidayProblem {
  /** A JSON pointer into `{ dates }`. */
  readonly pointer: string;
  readonly code: 'duplicate_date' | 'too_many_working_days';
  readonly message: string;
}

/** Every rule that a list of holidays breaks: no date twice, and enough days left to work on. */
export function holidayProblems(dates: readonly Holiday[]): readonly HolidayProblem[] {
  return [...duplicateProblems(dates), ...densityProblems(dates)];
}

/** The holidays in the order of the year. */
export function inOrder(dates: readonly Holiday[]): readonly Holiday[] {
  return [...dates].sort((one, other) =>
    one.date < other.date ? -1 : Number(one.date > other.date),
  );
}

function duplicateProblems(dates: readonly Holiday[]): readonly HolidayProblem[] {
  const seen = new Set<LocalDate>();
  return dates.flatMap(({ date }, index): readonly HolidayProblem[] => {
    if (!seen.has(date)) {
      seen.add(date);
      return [];
    }
    const pointer = `/dates/${index}/date`;
    return [{ pointer, code: 'duplicate_date', message: `${date} is there before already.` }];
  });
}

function densityProblems(dates: readonly Holiday[]): readonly HolidayProblem[] {
  const from = crowdedFrom(
    dates.map(({ date }) => date),
    maxWorkingDays,
  );
  if (from === undefined) return [];
  const message = `A calendar takes at most ${maxWorkingDays} days from Monday to Friday out of 370 days; from ${from} on there are more. Leave out those that are no holidays.`;
  return [{ pointer: '/dates', code: 'too_many_working_days', message }];
}

const fewestOfWeekday = 52;
const crowded = new WeakMap<ReadonlySet<LocalDate>, Map<string, boolean>>();

/**
 * The holidays as they count for a working week: none of them where they leave no day of it to work on within any 370 days,
 * since nothing could be planned then.
 */
export function holidaysWithin(
  holidays: ReadonlySet<LocalDate>,
  workingDays: WorkingDays,
): ReadonlySet<LocalDate> {
  const weeks = crowded.get(holidays) ?? new Map<string, boolean>();
  crowded.set(holidays, weeks);
  const week = workingDays.join();
  const most = fewestOfWeekday * workingDays.length - 1;
  const isCrowded = weeks.get(week) ?? crowdedFrom(holidays, most, workingDays) !== undefined;
  weeks.set(week, isCrowded);
  return isCrowded ? none : holidays;
}

const none: ReadonlySet<LocalDate> = new Set();

/**
 * The first date that begins 370 days in a row of which more than `most` days of a working week are taken; else undefined.
 */
export function crowdedFrom(
  dates: Iterable<LocalDate>,
  most: number,
  workingDays: WorkingDays = mondayToFriday,
): LocalDate | undefined {
  const days = [...new Set(dates)].filter((date) => isWorkedOn(date, workingDays)).sort();
  const crowded = days.findIndex((date, index) => {
    const beyond = days[index + most];
    return beyond !== undefined && dateToWallMs(beyond) - dateToWallMs(date) < spanMs;
  });
  return days[crowded];
}
