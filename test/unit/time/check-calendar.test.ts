import { describe, expect, it } from 'vitest';
import { checkCalendar } from '../../../src/domain/time/check-calendar.js';
import type { Calendar } from '../../../src/domain/time/types.js';
import { calendarIn } from './fixtures.js';

const checked = (changes: Partial<Calendar>) => () => {
  checkCalendar(calendarIn('UTC', changes));
};

describe('a calendar', () => {
  it.each<Partial<Calendar>>([
    {},
    { sendWindowStartMinute: 0, sendWindowEndMinute: 1 },
    { sendWindowStartMinute: 1439, sendWindowEndMinute: 1440 },
    { taskCreationMinute: 1439 },
  ])('SET-07: may have %o', (changes) => {
    expect(checked(changes)).not.toThrow();
  });

  it.each<readonly [Partial<Calendar>, string]>([
    [{ sendWindowStartMinute: -1 }, 'sendWindowStartMinute must be a whole number 0–1439, not -1'],
    [{ sendWindowStartMinute: 1440 }, 'sendWindowStartMinute must be'],
    [{ sendWindowStartMinute: 0.5 }, 'sendWindowStartMinute must be'],
    [{ sendWindowEndMinute: 0 }, 'sendWindowEndMinute must be a whole number 1–1440, not 0'],
    [{ sendWindowEndMinute: 1441 }, 'sendWindowEndMinute must be'],
    [{ taskCreationMinute: -1 }, 'taskCreationMinute must be a whole number 0–1439, not -1'],
    [{ taskCreationMinute: 1440 }, 'taskCreationMinute must be'],
  ])('SET-07: may not have %o', (changes, message) => {
    expect(checked(changes)).toThrow(RangeError);
    expect(checked(changes)).toThrow(message);
  });

  it('3.11: has no window that is empty or crosses midnight', () => {
    for (const start of [600, 601]) {
      const window = { sendWindowStartMinute: start, sendWindowEndMinute: 600 };
      expect(checked(window)).toThrow(`must start before it ends on the same day: ${start} to 600`);
    }
  });
});
