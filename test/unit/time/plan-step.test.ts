import { describe, expect, it } from 'vitest';

import { planStep } from '../../../src/domain/time/plan-step.js';
import { at, allHolidays, calendarIn, rulesOf, shown } from './fixtures.js';

const zone = 'America/New_York';
const nineToFive = { sendWindowStartMinute: 540, sendWindowEndMinute: 1020 };
const office = calendarIn(zone, nineToFive);
const weekdays = { ...office, eligibleFollowUpDays: 'WEEKDAYS_ONLY' } as const;
const everyday = { ...office, eligibleFollowUpDays: 'EVERYDAY' } as const;

describe('a follow-up email', () => {
  it.each([
    ['in the window', '2026-11-24 11:30', 1, 'Wed 2026-11-25 11:30', ['delay']],
    ['at its start', '2026-11-24 09:00', 1, 'Wed 2026-11-25 09:00', ['delay']],
    ['before it', '2026-11-24 07:10', 1, 'Wed 2026-11-25 09:00', ['delay', 'before_window']],
    ['in its last minute', '2026-11-24 16:59', 1, 'Wed 2026-11-25 16:59', ['delay']],
    ['at its end', '2026-11-24 17:00', 1, 'Thu 2026-11-26 09:00', ['delay', 'after_window']],
    ['after it', '2026-11-24 23:00', 1, 'Thu 2026-11-26 09:00', ['delay', 'after_window']],
    [
      'after it on a Friday',
      '2026-11-26 18:00',
      1,
      'Mon 2026-11-30 09:00',
      ['delay', 'after_window', 'weekend'],
    ],
    ['no delay, in the window', '2026-11-24 11:30', 0, 'Tue 2026-11-24 11:30', ['delay']],
    [
      'no delay, before it',
      '2026-11-24 06:00',
      0,
      'Tue 2026-11-24 09:00',
      ['delay', 'before_window'],
    ],
    [
      'no delay, after it',
      '2026-11-24 17:30',
      0,
      'Wed 2026-11-25 09:00',
      ['delay', 'after_window'],
    ],
  ])('SET-05, SET-06, SET-07: %s', (_, after, delayDays, ...[due, rules]) => {
    const plan = planStep({ kind: 'email', after: at(after, zone), delayDays }, office);
    expect(shown(plan.dueAt, zone)).toBe(due);
    expect(rulesOf(plan)).toEqual(rules);
  });

  it.each([
    ['in the window', '2026-11-28 10:15', 'Mon 2026-11-30 10:15'],
    ['before it', '2026-11-29 03:00', 'Mon 2026-11-30 09:00'],
    ['after it', '2026-11-28 23:00', 'Tue 2026-12-01 09:00'],
  ])('SET-02: zero days after a weekend first step, %s, waits', (_, after, due) => {
    const plan = planStep({ kind: 'email', after: at(after, zone), delayDays: 0 }, office);
    expect(shown(plan.dueAt, zone)).toBe(due);
    expect(rulesOf(plan).slice(0, 2)).toEqual(['delay', 'weekend']);
  });

  it('SET-03: zero days on a Saturday runs at once when every day is eligible', () => {
    const after = at('2026-11-28 10:15', zone);
    expect(planStep({ kind: 'email', after, delayDays: 0 }, everyday).dueAt).toBe(after);
  });

  it('SET-03: calendar days, then off a weekend to Monday at the same time', () => {
    const plan = planStep(
      { kind: 'email', after: at('2026-11-26 11:00', zone), delayDays: 3 },
      weekdays,
    );
    expect(shown(plan.dueAt, zone)).toBe('Mon 2026-11-30 11:00');
    expect(plan.why).toEqual([
      { rule: 'delay', days: 3, unit: 'calendar_days', from: '2026-11-26T16:00:00.000Z' },
      { rule: 'weekend', on: '2026-11-29', movedTo: '2026-11-30' },
    ]);
  });

  it('SET-04: the chain names each weekend and holiday that was not counted', () => {
    const holidays = new Set(['2026-11-26', '2026-11-27']);
    const after = at('2026-11-25 18:00', zone);
    const plan = planStep({ kind: 'email', after, delayDays: 2 }, { ...office, holidays });
    expect(shown(plan.dueAt, zone)).toBe('Wed 2026-12-02 09:00');
    expect(plan.why).toEqual([
      { rule: 'delay', days: 2, unit: 'business_days', from: after },
      { rule: 'holiday', on: '2026-11-26', movedTo: '2026-11-28' },
      { rule: 'weekend', on: '2026-11-28', movedTo: '2026-11-30' },
      { rule: 'after_window', movedTo: plan.dueAt },
    ]);
  });

  it('SET-03: a holiday is left alone when every day is eligible, if the sequence has holidays', () => {
    const holidays = new Set(['2026-11-28']);
    const plan = planStep(
      { kind: 'email', after: at('2026-11-27 11:00', zone), delayDays: 1 },
      { ...everyday, holidays },
    );
    expect(shown(plan.dueAt, zone)).toBe('Sun 2026-11-29 11:00');
  });

  it('SET-05: keeps seconds and milliseconds', () => {
    const plan = planStep(
      { kind: 'email', after: '2026-11-24T16:00:07.089Z', delayDays: 1 },
      office,
    );
    expect(plan.dueAt).toBe('2026-11-25T16:00:07.089Z');
  });

  it('SET-05: an hour that comes twice: the earlier one, but never before the step before it', () => {
    const anyTime = calendarIn(zone, { eligibleFollowUpDays: 'EVERYDAY' });
    const dayBefore = { kind: 'email', after: at('2026-10-31 01:30', zone), delayDays: 1 } as const;
    expect(planStep(dayBefore, anyTime).dueAt).toBe('2026-11-01T05:30:00.000Z');
    const secondPass = { kind: 'email', after: '2026-11-01T06:30:00.000Z', delayDays: 0 } as const;
    expect(planStep(secondPass, anyTime).dueAt).toBe('2026-11-01T06:30:00.000Z');
  });

  it('SET-07: a time that does not exist is not mentioned when the window moves it anyway', () => {
    const plan = planStep(
      { kind: 'email', after: at('2027-03-13 02:30', zone), delayDays: 1 },
      everyday,
    );
    expect(shown(plan.dueAt, zone)).toBe('Sun 2027-03-14 09:00');
    expect(rulesOf(plan)).toEqual(['delay', 'before_window']);
  });

  it('SET-09: the date is that of the zone, not of UTC', () => {
    // Friday 08:00 in Tokyo is still Thursday in UTC.
    const tokyo = calendarIn('Asia/Tokyo');
    const plan = planStep(
      { kind: 'email', after: '2026-11-26T23:00:00.000Z', delayDays: 1 },
      tokyo,
    );
    expect(shown(plan.dueAt, 'Asia/Tokyo')).toBe('Mon 2026-11-30 08:00');
  });

  it('SET-09: a day that the zone left out is stepped over', () => {
    const apia = calendarIn('Pacific/Apia', { eligibleFollowUpDays: 'EVERYDAY' });
    const plan = planStep(
      { kind: 'email', after: at('2011-12-29 09:00', 'Pacific/Apia'), delayDays: 1 },
      apia,
    );
    expect(shown(plan.dueAt, 'Pacific/Apia')).toBe('Sat 2011-12-31 09:00');
    expect(rulesOf(plan)).toEqual(['delay', 'clock_gap']);
  });
});

describe('a task', () => {
  it.each(['2026-11-24 10:15', '2026-11-28 23:59'])(
    'SEQ-16, SET-15: zero days after %s: at that instant, weekend or not',
    (local) => {
      const after = at(local, zone);
      const plan = planStep({ kind: 'task', after, delayDays: 0 }, office);
      expect(plan).toEqual({
        dueAt: after,
        why: [{ rule: 'delay', days: 0, unit: 'business_days', from: after }],
      });
    },
  );

  it.each([
    [1, 0, 'Fri 2026-11-27 00:00'],
    [2, 0, 'Mon 2026-11-30 00:00'],
    [2, 510, 'Mon 2026-11-30 08:30'],
  ])('TSK-02: + %i at minute %i', (delayDays, taskCreationMinute, due) => {
    const after = at('2026-11-26 17:00', zone);
    const plan = planStep({ kind: 'task', after, delayDays }, { ...office, taskCreationMinute });
    expect(shown(plan.dueAt, zone)).toBe(due);
    expect(plan.why.at(-1)).toEqual({ rule: 'start_of_day', on: plan.dueAt.slice(0, 10) });
  });

  it.each([
    ['Africa/Cairo', '2027-04-28 12:00', 2, '2027-04-29T22:00:00.000Z', 'Fri 2027-04-30 01:00'],
    ['Asia/Beirut', '2026-03-28 12:00', 1, '2026-03-28T22:00:00.000Z', 'Sun 2026-03-29 01:00'],
    ['America/Havana', '2026-03-07 12:00', 1, '2026-03-08T05:00:00.000Z', 'Sun 2026-03-08 01:00'],
  ])(
    'TSK-02: %s has no 00:00 that day: its first instant',
    (timeZone, local, delayDays, ...[due, told]) => {
      const calendar = calendarIn(timeZone, { eligibleFollowUpDays: 'EVERYDAY' });
      const plan = planStep({ kind: 'task', after: at(local, timeZone), delayDays }, calendar);
      expect(plan.dueAt).toBe(due);
      expect(shown(plan.dueAt, timeZone)).toBe(told);
      expect(rulesOf(plan)).toEqual(['delay', 'start_of_day', 'clock_gap']);
    },
  );

  it('SET-07: the send window is for emails only', () => {
    const plan = planStep(
      { kind: 'task', after: at('2026-11-24 20:00', zone), delayDays: 1 },
      office,
    );
    expect(shown(plan.dueAt, zone)).toBe('Wed 2026-11-25 00:00');
  });
});

describe('refusals', () => {
  const after = at('2026-11-26 17:00', zone);

  it.each(['email', 'task'] as const)('LIM-01: refuses a delay of 91 business days: %s', (kind) => {
    expect(() => planStep({ kind, after, delayDays: 91 }, office)).toThrow(
      new RangeError('delayDays must be a whole number 0–90, not 91'),
    );
    expect(planStep({ kind, after, delayDays: 90 }, office).dueAt > after).toBe(true);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'SEQ-14, SEQ-15: refuses a delay of %d',
    (delayDays) => {
      expect(() => planStep({ kind: 'email', after, delayDays }, office)).toThrow(/delayDays/);
      expect(() => planStep({ kind: 'task', after, delayDays }, office)).toThrow(/delayDays/);
    },
  );

  it.each([
    [{ sendWindowStartMinute: 1320, sendWindowEndMinute: 360 }, /start before it ends/],
    [{ sendWindowStartMinute: 540, sendWindowEndMinute: 540 }, /start before it ends/],
    [{ sendWindowStartMinute: -1 }, /sendWindowStartMinute/],
    [{ sendWindowStartMinute: 540.5 }, /sendWindowStartMinute/],
    [{ sendWindowEndMinute: 1441 }, /sendWindowEndMinute/],
    [{ taskCreationMinute: 1440 }, /taskCreationMinute/],
  ])('SET-07: refuses %j', (changes, message) => {
    const plan = () => planStep({ kind: 'email', after, delayDays: 1 }, { ...office, ...changes });
    expect(plan).toThrow(RangeError);
    expect(plan).toThrow(message);
  });

  it('SET-09: names a zone or an instant that is none', () => {
    const step = { kind: 'task', after, delayDays: 0 } as const;
    expect(() => planStep(step, { ...office, timeZone: 'Mars/Olympus' })).toThrow('Mars/Olympus');
    expect(() => planStep({ ...step, after: 'soon' }, office)).toThrow('soon');
  });

  it('SET-02: a calendar of nothing but holidays fails loudly', () => {
    const holidays = allHolidays('2026-11-01');
    expect(() => planStep({ kind: 'email', after, delayDays: 1 }, { ...office, holidays })).toThrow(
      /No eligible day within 370 days of 2026-11-27/,
    );
  });
});
