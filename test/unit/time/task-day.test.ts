import { describe, expect, it } from 'vitest';
import { absencesOf } from '../../../src/domain/time/leave.js';
import { createOn, holdTask } from '../../../src/domain/time/task-day.js';
import type { Why } from '../../../src/domain/time/types.js';
import { at, calendarIn, rulesOf, shown } from './fixtures.js';

const newYork = 'America/New_York';
const leave = (firstOn: string, lastOn: string, timeZone = newYork) =>
  absencesOf([{ firstOn, lastOn, timeZone }]);
const delay: Why = {
  rule: 'delay',
  days: 2,
  unit: 'business_days',
  from: at('2026-12-03 09:00', newYork),
};
const dueOn = (day: string, task = leave('2026-12-07', '2026-12-08')) =>
  holdTask(
    { dueAt: at(`${day} 00:00`, newYork), why: [delay] },
    calendarIn(newYork, { absences: { email: [], task } }),
  );

describe('the day of a task', () => {
  it('TSK-02: is begun at the task time, or at the first instant that exists', () => {
    const day = { date: '2026-12-07', why: [delay] };
    expect(createOn(day, calendarIn(newYork, { taskCreationMinute: 450 }))).toEqual({
      dueAt: at('2026-12-07 07:30', newYork),
      why: [delay, { rule: 'start_of_day', on: '2026-12-07' }],
    });
    const gap = createOn({ date: '2027-04-30', why: [] }, calendarIn('Africa/Cairo'));
    expect(shown(gap.dueAt, 'Africa/Cairo')).toBe('Fri 2027-04-30 01:00');
    expect(rulesOf(gap)).toEqual(['start_of_day', 'clock_gap']);
  });

  it('5.2: a leave moves it, and stands behind the rules that put it there', () => {
    const wanted = at('2026-12-08 00:00', newYork);
    const movedTo = at('2026-12-10 00:00', newYork);
    expect(dueOn('2026-12-08')).toEqual({
      dueAt: movedTo,
      why: [delay, { rule: 'leave', wanted, movedTo }],
    });
  });

  it('5.2: stays as it is outside a leave', () => {
    for (const day of ['2026-12-04', '2026-12-09']) {
      expect(dueOn(day)).toEqual({ dueAt: at(`${day} 00:00`, newYork), why: [delay] });
    }
  });

  it('5.2: a leave on days off alone puts it on the first day after', () => {
    const weekend = leave('2026-12-05', '2026-12-06');
    expect(shown(dueOn('2026-12-05', weekend).dueAt, newYork)).toBe('Mon 2026-12-07 00:00');
    expect(shown(dueOn('2026-12-06', weekend).dueAt, newYork)).toBe('Mon 2026-12-07 00:00');
  });

  it('5.2: a leave that ends within a day, in another zone, keeps the tasks of that day on it', () => {
    const tokyo = leave('2026-12-07', '2026-12-08', 'Asia/Tokyo');
    expect(shown(dueOn('2026-12-07', tokyo).dueAt, newYork)).toBe('Tue 2026-12-08 10:00');
    expect(shown(dueOn('2026-12-08', tokyo).dueAt, newYork)).toBe('Tue 2026-12-08 10:00');
  });

  it('5.2: a task that one leave moves into the next is moved on by that one too', () => {
    const both = [...leave('2026-12-07', '2026-12-08'), ...leave('2026-12-10', '2026-12-11')];
    const plan = dueOn('2026-12-08', both);
    expect(shown(plan.dueAt, newYork)).toBe('Mon 2026-12-14 00:00');
    expect(rulesOf(plan)).toEqual(['delay', 'leave', 'leave']);
  });
});
