import { describe, expect, it } from 'vitest';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import {
  afterNoConnection,
  afterSoftBounce,
  lateEmail,
} from '../../../src/domain/enrollment/postpone.js';
import { monday, started } from './cases.js';

/** An enrollment whose next step is a follow-up, in New York. */
const followUp: EnrollmentCase = {
  ...started(),
  standing: { ...started().standing, stepId: 'two', lastDoneAt: monday },
};
const minutesLater = (from: string, to: string | undefined): number =>
  (Date.parse(to ?? '') - Date.parse(from)) / 60_000;

describe('an email that was refused for now', () => {
  it.each([
    [1, 5],
    [2, 15],
    [3, 45],
    [4, 120],
    [5, 240],
  ])('is tried again after attempt %i in %i minutes', (attempts, minutes) => {
    expect(minutesLater(monday, afterSoftBounce(followUp, attempts, monday))).toBe(minutes);
  });

  it('is given up for the day after the last gap, and gets a fresh round when it is resumed', () => {
    expect(afterSoftBounce(followUp, 6, monday)).toBeUndefined();
    expect(minutesLater(monday, afterSoftBounce(followUp, 7, monday))).toBe(5);
  });

  it('is given up when the gap would leave the send window', () => {
    const lateAfternoon = '2026-11-23T22:50:00.000Z';
    expect(afterSoftBounce(followUp, 1, lateAfternoon)).toBe('2026-11-23T22:55:00.000Z');
    expect(afterSoftBounce(followUp, 2, lateAfternoon)).toBeUndefined();
  });

  it('SET-01: is held to no window when it is the first step, only to the day', () => {
    const night = '2026-11-24T04:00:00.000Z';
    expect(minutesLater(night, afterSoftBounce(started(), 1, night))).toBe(5);
    expect(afterSoftBounce(started(), 4, night)).toBeUndefined();
  });
});

describe('a mail server that cannot be reached', () => {
  it('is tried again soon at first, then hourly, for ever', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) =>
      minutesLater(monday, afterNoConnection(attempts, monday)),
    );
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });
});

describe('an email that comes late', () => {
  it('SET-07: waits for the window of the next eligible day', () => {
    expect(lateEmail(followUp, '2026-11-28T15:00:00.000Z')?.nextAt).toBe(
      '2026-11-30T13:00:00.000Z',
    );
    expect(lateEmail(followUp, '2026-11-24T04:00:00.000Z')?.nextAt).toBe(
      '2026-11-24T13:00:00.000Z',
    );
  });

  it('goes out at once where that is allowed, and always when it is the first step', () => {
    expect(lateEmail(followUp, monday)).toBeUndefined();
    expect(lateEmail(started(), '2026-11-28T15:00:00.000Z')).toBeUndefined();
  });
});
