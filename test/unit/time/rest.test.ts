import { describe, expect, it } from 'vitest';

import { planRest, restOfDelay } from '../../../src/domain/time/rest.js';
import { at, calendarIn, rulesOf, shown } from './fixtures.js';

const zone = 'America/New_York';
const hour = 3_600_000;
const office = calendarIn(zone, { sendWindowStartMinute: 540, sendWindowEndMinute: 1020 });
const weekdays = { ...office, eligibleFollowUpDays: 'WEEKDAYS_ONLY' } as const;
const everyday = { ...office, eligibleFollowUpDays: 'EVERYDAY' } as const;

function restHours(paused: string, due: string, calendar = office): number {
  return restOfDelay({ pausedAt: at(paused, zone), dueAt: at(due, zone) }, calendar) / hour;
}

describe('restOfDelay', () => {
  it.each([
    ['2026-11-25 10:00', '2026-11-26 10:00', 24, 24],
    ['2026-11-27 10:00', '2026-11-30 10:00', 24, 72],
    ['2026-11-28 12:00', '2026-11-30 10:00', 10, 46],
    ['2026-11-28 12:00', '2026-11-29 12:00', 0, 24],
    ['2026-11-27 17:00', '2026-11-30 09:00', 16, 64],
    // A clock change takes no time from a delay, and gives it none.
    ['2026-10-30 09:00', '2026-11-02 09:00', 24, 72],
    ['2027-03-12 09:00', '2027-03-15 09:00', 24, 72],
  ])('SET-04: from %s to %s', (paused, due, business, calendarTime) => {
    expect(restHours(paused, due)).toBe(business);
    expect(restHours(paused, due, weekdays)).toBe(calendarTime);
    expect(restHours(paused, due, everyday)).toBe(calendarTime);
  });

  it('SET-04: a day of the clock change has 24 hours too', () => {
    const cairo = calendarIn('Africa/Cairo');
    const thursday = at('2027-04-29 12:00', 'Africa/Cairo');
    const monday = at('2027-05-03 12:00', 'Africa/Cairo');
    expect(restOfDelay({ pausedAt: thursday, dueAt: monday }, cairo)).toBe(48 * hour);
  });

  it('SET-04: holidays do not count', () => {
    const holidays = new Set(['2026-11-26']);
    expect(restHours('2026-11-25 10:00', '2026-11-27 10:00', { ...office, holidays })).toBe(24);
  });

  it('SET-04: nothing is left of a delay that had run out', () => {
    expect(restHours('2026-11-25 10:00', '2026-11-25 10:00')).toBe(0);
    expect(restHours('2026-11-25 10:00', '2026-11-24 10:00')).toBe(0);
  });

  it('SET-04: refuses a wait of more than ten years, and names it', () => {
    const pausedAt = '2026-11-25T10:00:00.000Z';
    const dueAt = '2099-11-25T10:00:00.000Z';
    expect(() => restOfDelay({ pausedAt, dueAt }, office)).toThrow(RangeError);
    expect(() => restOfDelay({ pausedAt, dueAt }, office)).toThrow(dueAt);
  });
});

describe('planRest', () => {
  it.each([
    ['2026-12-22 10:00', 24, office, 'Wed 2026-12-23 10:00', ['resumed']],
    ['2026-11-27 10:00', 24, office, 'Mon 2026-11-30 10:00', ['resumed', 'weekend']],
    ['2026-11-28 15:00', 10, office, 'Mon 2026-11-30 10:00', ['resumed', 'weekend']],
    ['2026-11-24 20:00', 6, office, 'Wed 2026-11-25 09:00', ['resumed', 'before_window']],
    ['2026-11-24 10:00', 8, office, 'Wed 2026-11-25 09:00', ['resumed', 'after_window']],
    ['2026-11-27 11:00', 24, weekdays, 'Mon 2026-11-30 11:00', ['resumed', 'weekend']],
    ['2026-11-27 11:00', 24, everyday, 'Sat 2026-11-28 11:00', ['resumed']],
    ['2026-10-30 09:00', 24, office, 'Mon 2026-11-02 09:00', ['resumed', 'weekend']],
    ['2027-03-13 09:00', 24, everyday, 'Sun 2027-03-14 09:00', ['resumed']],
  ])(
    'SET-06: an email resumed %s with %i hours left',
    (resumed, hours, calendar, ...[due, rules]) => {
      const resumedAt = at(resumed, zone);
      const plan = planRest({ kind: 'email', resumedAt, restMs: hours * hour }, calendar);
      expect(shown(plan.dueAt, zone)).toBe(due);
      expect(rulesOf(plan)).toEqual(rules);
      expect(plan.why[0]).toEqual({ rule: 'resumed', at: resumedAt, restMs: hours * hour });
    },
  );

  it.each([
    ['2026-11-24 12:00', 'Tue 2026-11-24 12:00'],
    ['2026-11-24 18:00', 'Wed 2026-11-25 09:00'],
    ['2026-11-28 12:00', 'Mon 2026-11-30 09:00'],
  ])('SET-06: an overdue email resumed %s goes out as soon as allowed', (resumed, due) => {
    const plan = planRest({ kind: 'email', resumedAt: at(resumed, zone), restMs: 0 }, office);
    expect(shown(plan.dueAt, zone)).toBe(due);
  });

  it('TSK-02: an overdue task is created at once on an eligible day', () => {
    const resumedAt = at('2026-11-27 12:00', zone);
    expect(planRest({ kind: 'task', resumedAt, restMs: 0 }, office)).toEqual({
      dueAt: resumedAt,
      why: [{ rule: 'resumed', at: resumedAt, restMs: 0 }],
    });
  });

  it.each([
    [office, 'Mon 2026-11-30 00:00'],
    [weekdays, 'Mon 2026-11-30 00:00'],
    [{ ...office, taskCreationMinute: 480 }, 'Mon 2026-11-30 08:00'],
    [everyday, 'Sat 2026-11-28 12:00'],
  ])('TSK-02: a task of which only a weekend is left is created after it', (calendar, due) => {
    const resumedAt = at('2026-11-28 12:00', zone);
    const plan = planRest({ kind: 'task', resumedAt, restMs: 0 }, calendar);
    expect(shown(plan.dueAt, zone)).toBe(due);
  });

  it.each([
    ['2026-11-24 20:00', 6, office, 'Wed 2026-11-25 02:00'],
    ['2026-11-27 12:00', 12, office, 'Mon 2026-11-30 00:00'],
    ['2026-11-27 12:00', 20, office, 'Mon 2026-11-30 08:00'],
    ['2026-11-27 12:00', 20, weekdays, 'Mon 2026-11-30 08:00'],
    ['2026-11-27 12:00', 20, everyday, 'Sat 2026-11-28 08:00'],
  ])('TSK-02: a task resumed %s with %i hours left', (resumed, hours, calendar, due) => {
    const rest = { kind: 'task', resumedAt: at(resumed, zone), restMs: hours * hour } as const;
    expect(shown(planRest(rest, calendar).dueAt, zone)).toBe(due);
  });

  it('SET-05: a rest that ends in a gap of the clock is moved forward, and says so', () => {
    const anyTime = calendarIn(zone, { eligibleFollowUpDays: 'EVERYDAY' });
    for (const kind of ['email', 'task'] as const) {
      const resumedAt = at('2027-03-13 02:30', zone);
      const plan = planRest({ kind, resumedAt, restMs: 24 * hour }, anyTime);
      expect(shown(plan.dueAt, zone)).toBe('Sun 2027-03-14 03:30');
      expect(rulesOf(plan)).toEqual(['resumed', 'clock_gap']);
    }
  });

  it('SET-05: a rest in the second of two equal hours does not lead back into the first', () => {
    const anyTime = calendarIn(zone, { eligibleFollowUpDays: 'EVERYDAY' });
    const resumedAt = '2026-11-01T06:30:00.000Z';
    const plan = planRest({ kind: 'email', resumedAt, restMs: hour / 6 }, anyTime);
    expect(plan.dueAt).toBe(resumedAt);
  });

  it.each([-1, 0.5, Number.NaN, 3_701 * 24 * hour])('SET-04: refuses a rest of %d', (restMs) => {
    const resumedAt = at('2026-11-24 12:00', zone);
    expect(() => planRest({ kind: 'task', resumedAt, restMs }, office)).toThrow(/restMs/);
  });

  it('SET-09: names a zone or an instant that is none', () => {
    const rest = { kind: 'task', resumedAt: 'now', restMs: 0 } as const;
    expect(() => planRest(rest, office)).toThrow('now');
    const resumedAt = at('2026-11-24 12:00', zone);
    expect(() => planRest({ ...rest, resumedAt }, calendarIn('UTC+3'))).toThrow('UTC+3');
  });
});
