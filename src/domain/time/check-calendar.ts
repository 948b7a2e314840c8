import type { Calendar } from './types.js';

function isMinute(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/**
 * Throws a RangeError, naming the figure, unless the calendar's minutes are whole and in range and
 * the send window opens before it closes. A window across midnight is refused (product part 3, 11).
 */
export function checkCalendar(calendar: Calendar): void {
  const { sendWindowStartMinute: start, sendWindowEndMinute: end, taskCreationMinute } = calendar;
  if (!isMinute(start, 0, 1439)) {
    throw new RangeError(`sendWindowStartMinute must be a whole number 0–1439, not ${start}`);
  }
  if (!isMinute(end, 1, 1440)) {
    throw new RangeError(`sendWindowEndMinute must be a whole number 1–1440, not ${end}`);
  }
  if (start >= end) {
    throw new RangeError(
      `The send window must start before it ends on the same day: ${start} to ${end}`,
    );
  }
  if (!isMinute(taskCreationMinute, 0, 1439)) {
    throw new RangeError(
      `taskCreationMinute must be a whole number 0–1439, not ${taskCreationMinute}`,
    );
  }
}
