import type { Warning } from '../segment/selection.js';
import { explain, formatLocal } from '../time/format.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { calendarOf, type PlanningCase } from './enrollment.js';
import type { PlayedStep } from './play-through/played-steps.js';

/**
 * The warning that a first email goes out at a time at which no follow-up would: outside the send window, or on a day that is
 * not eligible. None where the first step sends no email.
 */
export function firstEmailWarnings(
  steps: readonly PlayedStep[],
  { definition, timeZone, holidays, workingDays }: PlanningCase,
): readonly Warning[] {
  const first = steps.find(({ outcome }) => outcome !== 'before_start');
  const at = first?.ranAt ?? first?.plannedAt ?? null;
  if (first?.kind !== 'automated_email' || at === null) return [];
  const { dueAt, why } = fitToWindow(
    at,
    calendarOf({ definition, timeZone, holidays, workingDays }),
  );
  if (dueAt === at) return [];
  const message =
    `The first email goes out on ${formatLocal(at, timeZone)}, when follow-ups do not (${explain(why, timeZone)}). ` +
    'Choose another time with firstStepAt, or have first emails wait with the setting firstEmailInWindow of the sequence.';
  return [{ code: 'FIRST_EMAIL_OUTSIDE_WINDOW', message }];
}
