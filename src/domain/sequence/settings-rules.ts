import { maxHolidayCalendars } from '../holiday/calendar.js';
import type { SequenceSettings } from './definition.js';
import type { DraftProblem } from './draft.js';

const lastMinute = 1439;
const endOfDay = 1440;

/** Every rule that settings break, for the settings that an enrollment may override too. */
export function commonSettingsProblems(settings: SequenceSettings): readonly DraftProblem[] {
  return [...timingProblems(settings), ...calendarProblems(settings.holidayCalendarIds)];
}

function timingProblems(settings: SequenceSettings): readonly DraftProblem[] {
  const { taskReminderMinute } = settings;
  const { sendWindowStartMinute: start, sendWindowEndMinute: end } = settings;
  const problems = [
    ...minuteProblems('sendWindowStartMinute', start, 0, lastMinute),
    ...minuteProblems('sendWindowEndMinute', end, 1, endOfDay),
    ...minuteProblems('taskCreationMinute', settings.taskCreationMinute, 0, lastMinute),
    ...(taskReminderMinute === null
      ? []
      : minuteProblems('taskReminderMinute', taskReminderMinute, 0, lastMinute)),
  ];
  if (problems.length > 0 || start < end) return problems;
  const message =
    'The send window must end after it starts, on the same day: it cannot cross midnight.';
  return [{ pointer: '/settings/sendWindowEndMinute', code: 'window_crosses_midnight', message }];
}

function calendarProblems(ids: readonly string[]): readonly DraftProblem[] {
  const pointer = '/settings/holidayCalendarIds';
  if (ids.length > maxHolidayCalendars) {
    const message = `A sequence has at most ${maxHolidayCalendars} holiday calendars, not ${ids.length}.`;
    return [{ pointer, code: 'too_many', message }];
  }
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [
          {
            pointer: `${pointer}/${index}`,
            code: 'duplicate_id',
            message: 'This calendar is named before already.',
          },
        ],
  );
}

function minuteProblems(
  name: string,
  minute: number,
  least: number,
  most: number,
): readonly DraftProblem[] {
  if (Number.isInteger(minute) && minute >= least && minute <= most) return [];
  const message = `A minute of the day, a whole number from ${least} to ${most}.`;
  return [{ pointer: `/settings/${name}`, code: 'minute_out_of_range', message }];
}
