import { describe, expect, it } from 'vitest';

import { fitToWindow } from '../../../src/domain/time/fit-to-window.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import { allHolidays, at, calendarIn, rulesOf, shown } from './fixtures.js';

const zone = 'America/New_York';
const office = calendarIn(zone, { sendWindowStartMinute: 540, sendWindowEndMinute: 1020 });

describe('fitToWindow', () => {
  it.each(['2026-11-24 09:00', '2026-11-24 12:34', '2026-11-24 16:59'])(
    'SET-06: %s is allowed and stays',
    (local) => {
      const instant = at(local, zone);
      expect(fitToWindow(instant, office)).toEqual({ dueAt: instant, why: [] });
    },
  );

  it.each([
    ['2026-11-24 08:59', 'Tue 2026-11-24 09:00', ['before_window']],
    ['2026-11-24 17:00', 'Wed 2026-11-25 09:00', ['after_window']],
    ['2026-11-27 17:00', 'Mon 2026-11-30 09:00', ['after_window', 'weekend']],
    ['2026-11-28 03:00', 'Mon 2026-11-30 09:00', ['weekend', 'before_window']],
    ['2026-11-28 12:00', 'Mon 2026-11-30 09:00', ['weekend', 'before_window']],
    ['2026-11-29 23:00', 'Mon 2026-11-30 09:00', ['weekend', 'before_window']],
  ])('SET-07: held up until %s', (late, expected, rules) => {
    const plan = fitToWindow(at(late, zone), office);
    expect(shown(plan.dueAt, zone)).toBe(expected);
    expect(rulesOf(plan)).toEqual(rules);
  });

  it('SET-07: a window of the whole day needs no move but the weekend', () => {
    const plan = fitToWindow(at('2026-11-28 03:00', zone), calendarIn(zone));
    expect(shown(plan.dueAt, zone)).toBe('Mon 2026-11-30 00:00');
    expect(rulesOf(plan)).toEqual(['weekend']);
  });

  it('SET-07: the last millisecond of the window is in it', () => {
    expect(fitToWindow('2026-11-24T21:59:59.999Z', office).why).toEqual([]);
    expect(fitToWindow('2026-11-24T22:00:00.000Z', office).why).toHaveLength(1);
  });

  it('SET-07: a window whose start does not exist opens moved forward, and says so', () => {
    const early = calendarIn(zone, {
      eligibleFollowUpDays: 'EVERYDAY',
      sendWindowStartMinute: 150,
      sendWindowEndMinute: 600,
    });
    const plan = fitToWindow(at('2027-03-14 00:30', zone), early);
    expect(shown(plan.dueAt, zone)).toBe('Sun 2027-03-14 03:30');
    expect(rulesOf(plan)).toEqual(['before_window', 'clock_gap']);
    const next = fitToWindow(at('2027-03-13 11:00', zone), early);
    expect(next.dueAt).toBe(plan.dueAt);
    expect(rulesOf(next)).toEqual(['after_window', 'clock_gap']);
  });

  it.each([
    [120, 180, 'Sun 2027-03-14 03:00'],
    [130, 170, 'Sun 2027-03-14 03:10'],
    [150, 190, 'Sun 2027-03-14 03:30'],
    [60, 150, 'Sun 2027-03-14 01:00'],
  ])('SET-07: the clock never skips the window %i to %i altogether', (start, end, opens) => {
    const calendar = calendarIn(zone, {
      eligibleFollowUpDays: 'EVERYDAY',
      sendWindowStartMinute: start,
      sendWindowEndMinute: end,
    });
    const plan = fitToWindow(at('2027-03-14 00:10', zone), calendar);
    expect(shown(plan.dueAt, zone)).toBe(opens);
    expect(fitToWindow(plan.dueAt, calendar)).toEqual({ dueAt: plan.dueAt, why: [] });
  });

  it('SET-07: a time of the window that does not exist, moved past its end, still goes that day', () => {
    const calendar = calendarIn(zone, {
      eligibleFollowUpDays: 'EVERYDAY',
      sendWindowStartMinute: 60,
      sendWindowEndMinute: 180,
    });
    const dayBefore = { kind: 'email', after: at('2027-03-13 02:30', zone), delayDays: 1 } as const;
    expect(shown(planStep(dayBefore, calendar).dueAt, zone)).toBe('Sun 2027-03-14 03:30');
  });

  it('SET-07: an hour that comes twice is open until the window ends', () => {
    const night = calendarIn(zone, {
      eligibleFollowUpDays: 'EVERYDAY',
      sendWindowStartMinute: 60,
      sendWindowEndMinute: 120,
    });
    for (const instant of ['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z']) {
      expect(fitToWindow(instant, night)).toEqual({ dueAt: instant, why: [] });
    }
  });

  it('SET-07: refuses a window across midnight and a calendar of nothing but holidays', () => {
    const instant = at('2026-11-24 12:00', zone);
    expect(() => fitToWindow(instant, { ...office, sendWindowEndMinute: 60 })).toThrow(RangeError);
    expect(() => fitToWindow(instant, { ...office, holidays: allHolidays('2026-11-01') })).toThrow(
      /No eligible day/,
    );
  });
});
