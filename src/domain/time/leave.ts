import { addDays } from './local-date.js';
import type { Absence, Absences, Instant, LocalDate, TimeZone } from './types.js';
import { instantAt } from './zone.js';

/** Whole days of leave in the zone of the person on leave, the last day included. */
export interface LeaveDays {
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
  readonly timeZone: TimeZone;
}

/** Nobody is away. */
export const noAbsences: Absences = { email: [], task: [] };

/** The absences of somebody with these leaves: in order, with leaves that touch or overlap merged. */
export function absencesOf(leaves: readonly LeaveDays[]): readonly Absence[] {
  const spans = leaves
    .map(({ firstOn, lastOn, timeZone }) => ({
      from: instantAt(firstOn, 0, timeZone),
      until: instantAt(addDays(lastOn, 1), 0, timeZone),
    }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const together: Absence[] = [];
  for (const span of spans) {
    const last = together.at(-1);
    if (last === undefined || span.from > last.until) together.push(span);
    else if (span.until > last.until)
      together.splice(-1, 1, { from: last.from, until: span.until });
  }
  return together;
}

/** The absence that an instant falls into, or undefined. */
export function absenceAt(at: Instant, absences: readonly Absence[] = []): Absence | undefined {
  return absences.find(({ from, until }) => from <= at && at < until);
}
