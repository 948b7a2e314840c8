import {
  defaultYears,
  holidayProblems,
  type Holiday,
  type HolidayPlace,
  type YearRange,
} from '../../domain/holiday/calendar.js';
import type { Act } from '../act.js';
import { refuseFields } from '../refusal.js';

/** The public holidays of a place, as a calendar keeps them. */
export interface HolidaySnapshot extends HolidayPlace, YearRange {
  readonly dates: readonly Holiday[];
  readonly dataVersion: string;
}

/** Looks public holidays up; undefined when the data do not know the place. The years are those from last year on if none are given. */
export async function takeSnapshot(
  { ports, now }: Act,
  place: HolidayPlace,
  wanted: YearRange | undefined,
): Promise<HolidaySnapshot | undefined> {
  const years = wanted ?? defaultYears(Number(now.slice(0, 4)));
  const found = await ports.publicHolidays.lookUp(place, years);
  return found && { ...place, ...years, ...found };
}

/** Refuses dates that break a rule, in the body. */
export function requireHolidays(dates: readonly Holiday[]): void {
  const problems = holidayProblems(dates);
  if (problems.length > 0) {
    refuseFields(problems.map((problem) => ({ ...problem })));
  }
}
