import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultYears,
  holidayProblems,
  inOrder,
  maxHolidayCalendars,
  maxWorkingDays,
  type Holiday,
} from '../../../src/domain/holiday/calendar.js';
import { stepDays } from '../../../src/domain/time/business-days.js';
import { addDays, weekday } from '../../../src/domain/time/local-date.js';
import { anyZone, calendarIn } from '../time/fixtures.js';

const holiday = (date: string): Holiday => ({ date, name: 'Closed' });

/** The given number of Mondays to Fridays in a row. */
function workingDays(from: string, count: number): readonly string[] {
  const days = Array.from({ length: count * 2 + 4 }, (_, past) => addDays(from, past));
  return days.filter((day) => weekday(day) % 6 !== 0).slice(0, count);
}

describe('holidayProblems', () => {
  it('takes a year with its public holidays, and an empty one', () => {
    expect(holidayProblems([])).toEqual([]);
    expect(holidayProblems(['2026-12-25', '2026-01-01'].map(holiday))).toEqual([]);
  });

  it('names a date that is there twice', () => {
    expect(holidayProblems(['2026-12-25', '2026-12-25'].map(holiday))).toEqual([
      {
        pointer: '/dates/1/date',
        code: 'duplicate_date',
        message: '2026-12-25 is there before already.',
      },
    ]);
  });

  it('SET-02: takes as many working days as it may, and refuses one more', () => {
    const most = workingDays('2026-03-02', maxWorkingDays);
    expect(holidayProblems(most.map(holiday))).toEqual([]);
    const more = workingDays('2026-03-02', maxWorkingDays + 1);
    const problem = {
      pointer: '/dates',
      code: 'too_many_working_days',
      message:
        'A calendar takes at most 50 days from Monday to Friday out of 370 days; from 2026-03-02 on there are more. Leave out those that are no holidays.',
    };
    expect(holidayProblems(more.map(holiday))).toEqual([problem]);
    expect(holidayProblems(more.toReversed().map(holiday))).toEqual([problem]);
  });

  it('SET-02: counts 370 days in a row, not the day after them', () => {
    const most = workingDays('2026-03-03', maxWorkingDays);
    const beyond = addDays('2026-03-03', 370);
    expect(weekday(beyond)).toBe(1);
    expect(holidayProblems([...most, beyond].map(holiday))).toEqual([]);
  });

  it('does not count weekends, nor days that are more than a year apart', () => {
    const weekends = Array.from({ length: 104 }, (_, week) => addDays('2026-01-03', week * 7));
    const years = [...workingDays('2026-03-02', 50), ...workingDays('2027-03-08', 50)];
    expect(holidayProblems([...weekends, ...years].map(holiday))).toEqual([]);
  });

  it('refuses ten years of nothing but holidays', () => {
    const days = Array.from({ length: 3652 }, (_, past) => addDays('2026-01-01', past));
    expect(holidayProblems(days.map(holiday))).toMatchObject([{ pointer: '/dates' }]);
  });
});

describe('the calendars of one sequence', () => {
  const dense = fc
    .record({
      from: fc.integer({ min: 0, max: 400 }),
      gaps: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 150 }),
    })
    .map(({ from, gaps }) => {
      const taken: Holiday[] = [];
      let day = addDays('2026-01-01', from);
      for (const gap of gaps) {
        day = addDays(day, gap);
        if (holidayProblems([...taken, holiday(day)]).length === 0) taken.push(holiday(day));
      }
      return taken;
    });
  const calendars = fc.array(dense, { minLength: 1, maxLength: maxHolidayCalendars });

  it('SET-02: leave the planner a day, however they lie, and no day arrived at is a holiday', () => {
    fc.assert(
      fc.property(
        calendars,
        anyZone,
        fc.constantFrom('BUSINESS_DAYS' as const, 'WEEKDAYS_ONLY' as const, 'EVERYDAY' as const),
        fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 3 })),
        (lists, timeZone, eligibleFollowUpDays, [start, days]) => {
          const holidays = new Set(lists.flat().map(({ date }) => date));
          const rules = calendarIn(timeZone, { eligibleFollowUpDays, holidays });
          const { date } = stepDays(addDays('2026-01-01', start), days, rules);
          expect(holidays.has(date)).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('SET-02: five that lie end to end, with all weekends closed too, still leave one', () => {
    const closed = workingDays('2026-01-05', maxWorkingDays * maxHolidayCalendars);
    const weekends = Array.from({ length: 800 }, (_, past) => addDays('2026-01-01', past)).filter(
      (day) => weekday(day) % 6 === 0,
    );
    for (let part = 0; part < maxHolidayCalendars; part += 1) {
      const own = closed.slice(part * maxWorkingDays, (part + 1) * maxWorkingDays);
      expect(holidayProblems([...own, ...weekends].map(holiday))).toEqual([]);
    }
    const holidays = new Set([...closed, ...weekends]);
    const rules = calendarIn('Europe/Berlin', { eligibleFollowUpDays: 'EVERYDAY', holidays });
    expect(stepDays('2026-01-04', 1, rules).date).toBe('2026-12-21');
  });
});

it('a snapshot has last year, this one and the next three', () => {
  expect(defaultYears(2026)).toEqual({ firstYear: 2025, lastYear: 2029 });
});

it('holidays of one day keep their order', () => {
  const two = ['Christmas', 'Closed'].map((name) => ({ date: '2026-12-25', name }));
  expect(inOrder(two)).toEqual(two);
});

it('holidays are kept in the order of the year', () => {
  const dates = ['2026-12-25', '2026-01-01', '2026-05-01'].map(holiday);
  expect(inOrder(dates).map(({ date }) => date)).toEqual([
    '2026-01-01',
    '2026-05-01',
    '2026-12-25',
  ]);
});
