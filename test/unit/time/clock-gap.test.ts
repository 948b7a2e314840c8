import { expect, it } from 'vitest';
import { clockText, whyClockGap } from '../../../src/domain/time/clock-gap.js';

it.each([
  [0, '00:00'],
  [59_999, '00:00'],
  [60_000, '00:01'],
  [9 * 3_600_000 + 5 * 60_000, '09:05'],
  [86_399_999, '23:59'],
  [86_400_000, '24:00'],
])('%i ms past midnight are shown as %s', (clockMs, text) => {
  expect(clockText(clockMs)).toBe(text);
});

it('worked date 10: a time that does not exist is told with what came of it, one that does is not', () => {
  const wanted = { date: '2027-03-14', clockMs: 9_000_000 };
  const at = '2027-03-14T07:30:00.000Z';
  expect(whyClockGap(wanted, { at, moved: true })).toEqual([
    { rule: 'clock_gap', wanted: '2027-03-14 02:30', movedTo: at },
  ]);
  expect(whyClockGap(wanted, { at, moved: false })).toEqual([]);
});
