import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { taskDueAt } from '../../../src/domain/time/task-due.js';
import { anyCalendar, anyInstant, at, calendarIn, shown } from './fixtures.js';

const zone = 'America/New_York';
const business = calendarIn(zone);

describe('taskDueAt', () => {
  it.each([
    ['2026-11-24 00:00', 'Tue 2026-11-24 17:00'],
    ['2026-11-24 16:59', 'Tue 2026-11-24 17:00'],
    ['2026-11-24 17:00', 'Wed 2026-11-25 17:00'],
    ['2026-11-24 23:10', 'Wed 2026-11-25 17:00'],
    ['2026-11-27 17:01', 'Mon 2026-11-30 17:00'],
    ['2026-11-28 10:00', 'Sat 2026-11-28 17:00'],
    ['2026-11-28 18:00', 'Mon 2026-11-30 17:00'],
    ['2026-10-30 18:00', 'Mon 2026-11-02 17:00'],
  ])('TSK-03, LIM-15: created %s', (created, due) => {
    expect(shown(taskDueAt(at(created, zone), business), zone)).toBe(due);
  });

  it('TSK-03: holidays count, and so does every day when eligible', () => {
    const created = at('2026-11-25 18:00', zone);
    const holidays = new Set(['2026-11-26']);
    expect(shown(taskDueAt(created, { ...business, holidays }), zone)).toBe('Fri 2026-11-27 17:00');
    const everyday = calendarIn(zone, { eligibleFollowUpDays: 'EVERYDAY' });
    expect(shown(taskDueAt(at('2026-11-27 18:00', zone), everyday), zone)).toBe(
      'Sat 2026-11-28 17:00',
    );
  });

  it("TSK-03: 17:00 is the zone's", () => {
    expect(taskDueAt('2026-11-27T00:00:00.000Z', calendarIn('Asia/Kolkata'))).toBe(
      '2026-11-27T11:30:00.000Z',
    );
    expect(() => taskDueAt('2026-11-27T00:00:00.000Z', calendarIn('Nowhere/Land'))).toThrow(
      'Nowhere/Land',
    );
  });

  it('TSK-03: is after the creation and at 17:00, in every calendar', () => {
    fc.assert(
      fc.property(anyInstant, anyCalendar, (createdAt, calendar) => {
        const due = taskDueAt(createdAt, calendar);
        expect(due > createdAt).toBe(true);
        expect(shown(due, calendar.timeZone)).toMatch(/ 17:00$/);
      }),
    );
  });
});
