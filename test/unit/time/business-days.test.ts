import { describe, expect, it } from 'vitest';

import {
  isEligibleDate,
  nextEligibleDate,
  stepDays,
} from '../../../src/domain/time/business-days.js';
import { eligibleDays } from '../../../src/domain/time/types.js';
import { allHolidays, calendarIn } from './fixtures.js';

const business = calendarIn('America/New_York');
const weekdays = calendarIn('America/New_York', { eligibleFollowUpDays: 'WEEKDAYS_ONLY' });
const everyday = calendarIn('America/New_York', { eligibleFollowUpDays: 'EVERYDAY' });
const thanksgiving = new Set(['2026-11-26']);

describe('isEligibleDate', () => {
  it.each([
    ['2026-11-27', true, true],
    ['2026-11-28', false, true],
    ['2026-11-29', false, true],
    ['2026-11-30', true, true],
  ])('SET-02, SET-03: %s', (date, onWeekdays, onAnyDay) => {
    expect(isEligibleDate(date, business)).toBe(onWeekdays);
    expect(isEligibleDate(date, weekdays)).toBe(onWeekdays);
    expect(isEligibleDate(date, everyday)).toBe(onAnyDay);
  });

  it.each(eligibleDays)('SET-02: a holiday blocks under %s', (eligibleFollowUpDays) => {
    const calendar = { ...business, eligibleFollowUpDays, holidays: thanksgiving };
    expect(isEligibleDate('2026-11-26', calendar)).toBe(false);
    expect(isEligibleDate('2026-11-25', calendar)).toBe(true);
  });

  it('SET-09: a date that the zone left out is never eligible', () => {
    const apia = calendarIn('Pacific/Apia', { eligibleFollowUpDays: 'EVERYDAY' });
    expect(isEligibleDate('2011-12-30', apia)).toBe(false);
    expect(isEligibleDate('2011-12-30', { ...apia, timeZone: 'UTC' })).toBe(true);
  });
});

describe('nextEligibleDate', () => {
  it('SET-02: an eligible date is its own answer', () => {
    expect(nextEligibleDate('2026-11-27', business)).toEqual({ date: '2026-11-27', why: [] });
  });

  it('SET-02: a weekend is one move', () => {
    expect(nextEligibleDate('2026-11-28', business)).toEqual({
      date: '2026-11-30',
      why: [{ rule: 'weekend', on: '2026-11-28', movedTo: '2026-11-30' }],
    });
  });

  it('SET-02: weekend and holidays chain, each from where the one before it led', () => {
    const holidays = new Set(['2026-12-25', '2026-12-28', '2026-12-29']);
    expect(nextEligibleDate('2026-12-25', { ...business, holidays })).toEqual({
      date: '2026-12-30',
      why: [
        { rule: 'holiday', on: '2026-12-25', movedTo: '2026-12-26' },
        { rule: 'weekend', on: '2026-12-26', movedTo: '2026-12-28' },
        { rule: 'holiday', on: '2026-12-28', movedTo: '2026-12-30' },
      ],
    });
  });

  it('SET-09: a date that the zone left out leads to the next, with the clock as the reason', () => {
    const apia = calendarIn('Pacific/Apia', { eligibleFollowUpDays: 'EVERYDAY' });
    expect(nextEligibleDate('2011-12-30', apia)).toEqual({
      date: '2011-12-31',
      why: [{ rule: 'clock_gap', wanted: '2011-12-30', movedTo: '2011-12-30T10:00:00.000Z' }],
    });
  });

  it.each(eligibleDays)('SET-02: no eligible day in a year is an error under %s', (mode) => {
    const calendar = {
      ...business,
      eligibleFollowUpDays: mode,
      holidays: allHolidays('2026-01-01'),
    };
    expect(() => nextEligibleDate('2026-01-05', calendar)).toThrow(
      new RangeError(
        'No eligible day within 370 days of 2026-01-05: the holiday calendar leaves none',
      ),
    );
  });

  it('SET-02: a free day just within the bound is found', () => {
    const holidays = new Set(allHolidays('2026-01-01'));
    holidays.delete('2027-01-10');
    const calendar = { ...everyday, holidays };
    expect(nextEligibleDate('2026-01-05', calendar).date).toBe('2027-01-10');
    expect(() => nextEligibleDate('2026-01-04', calendar)).toThrow(RangeError);
  });
});

describe('stepDays', () => {
  it.each([
    ['2026-11-26', 0, '2026-11-26', '2026-11-26', '2026-11-26'],
    ['2026-11-26', 1, '2026-11-27', '2026-11-27', '2026-11-27'],
    ['2026-11-26', 2, '2026-11-30', '2026-11-30', '2026-11-28'],
    ['2026-11-26', 3, '2026-12-01', '2026-11-30', '2026-11-29'],
    ['2026-11-26', 5, '2026-12-03', '2026-12-01', '2026-12-01'],
    ['2026-11-28', 0, '2026-11-30', '2026-11-30', '2026-11-28'],
    ['2026-11-28', 1, '2026-11-30', '2026-11-30', '2026-11-29'],
    ['2026-11-29', 1, '2026-11-30', '2026-11-30', '2026-11-30'],
    ['2027-01-29', 1, '2027-02-01', '2027-02-01', '2027-01-30'],
    ['2028-02-28', 2, '2028-03-01', '2028-03-01', '2028-03-01'],
    ['2026-12-31', 1, '2027-01-01', '2027-01-01', '2027-01-01'],
  ])('SET-02, SET-03, SET-04: %s + %i', (date, days, ...[asBusiness, asWeekdays, asEveryday]) => {
    expect(stepDays(date, days, business).date).toBe(asBusiness);
    expect(stepDays(date, days, weekdays).date).toBe(asWeekdays);
    expect(stepDays(date, days, everyday).date).toBe(asEveryday);
  });

  it('SET-04: a holiday does not count as a business day, but does as a calendar day', () => {
    const holidays = thanksgiving;
    expect(stepDays('2026-11-25', 2, { ...business, holidays }).date).toBe('2026-11-30');
    expect(stepDays('2026-11-25', 2, { ...weekdays, holidays }).date).toBe('2026-11-27');
    expect(stepDays('2026-11-25', 2, { ...everyday, holidays }).date).toBe('2026-11-27');
    expect(stepDays('2026-11-25', 1, { ...everyday, holidays }).date).toBe('2026-11-27');
  });

  it('SET-04: a day that the zone left out is not counted', () => {
    const apia = calendarIn('Pacific/Apia');
    expect(stepDays('2011-12-29', 1, apia).date).toBe('2012-01-02');
  });
});
