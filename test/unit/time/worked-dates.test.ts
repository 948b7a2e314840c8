import { describe, expect, it } from 'vitest';

import { chooseTimeZone } from '../../../src/domain/time/choose-zone.js';
import { fitToWindow } from '../../../src/domain/time/fit-to-window.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import { planRest, restOfDelay } from '../../../src/domain/time/rest.js';
import type { Calendar, Instant } from '../../../src/domain/time/types.js';
import { at, calendarIn, shown } from './fixtures.js';

const newYork = 'America/New_York';
const business = calendarIn(newYork);
const everyday = calendarIn(newYork, { eligibleFollowUpDays: 'EVERYDAY' });

function emailAfter(after: Instant, delayDays: number, calendar: Calendar): Instant {
  return planStep({ kind: 'email', after, delayDays }, calendar).dueAt;
}

describe('worked dates', () => {
  it('SET-04: worked date 1: Thursday 17:00 + 3 business days is Tuesday 17:00', () => {
    const after = at('2026-11-26 17:00', newYork);
    expect(after).toBe('2026-11-26T22:00:00.000Z');
    expect(emailAfter(after, 3, business)).toBe('2026-12-01T22:00:00.000Z');
  });

  it('SET-03: worked date 2: the same on every day is Sunday 17:00', () => {
    const due = emailAfter(at('2026-11-26 17:00', newYork), 3, everyday);
    expect(shown(due, newYork)).toBe('Sun 2026-11-29 17:00');
  });

  it('SET-04: worked date 3: + 3, then + 3', () => {
    const second = emailAfter(at('2026-11-23 17:00', newYork), 3, business);
    expect(shown(second, newYork)).toBe('Thu 2026-11-26 17:00');
    expect(shown(emailAfter(second, 3, business), newYork)).toBe('Tue 2026-12-01 17:00');
  });

  it('SET-01: worked date 4: a first email on a Saturday, + 1 is Monday at that hour', () => {
    const first = at('2026-11-28 10:00', newYork);
    expect(shown(emailAfter(first, 1, business), newYork)).toBe('Mon 2026-11-30 10:00');
  });

  it('SET-05: worked date 5: 09:00 stays 09:00 across the end of daylight-saving time', () => {
    const after = at('2026-10-30 09:00', newYork);
    expect(after).toBe('2026-10-30T13:00:00.000Z');
    const due = emailAfter(after, 1, business);
    expect(due).toBe('2026-11-02T14:00:00.000Z');
    expect(shown(due, newYork)).toBe('Mon 2026-11-02 09:00');
  });

  it('SET-05: worked date 6: 09:00 stays 09:00 across the start of daylight-saving time', () => {
    const after = at('2027-03-12 09:00', newYork);
    expect(after).toBe('2027-03-12T14:00:00.000Z');
    const due = emailAfter(after, 1, business);
    expect(due).toBe('2027-03-15T13:00:00.000Z');
    expect(shown(due, newYork)).toBe('Mon 2027-03-15 09:00');
  });

  it('LIM-01: worked date 7: + 90 business days; + 91 is refused', () => {
    const after = at('2026-11-26 17:00', newYork);
    const due = emailAfter(after, 90, business);
    expect(due).toBe('2027-04-01T21:00:00.000Z');
    expect(shown(due, newYork)).toBe('Thu 2027-04-01 17:00');
    expect(() => emailAfter(after, 91, business)).toThrow(RangeError);
  });

  it('SET-09: worked date 8: Kolkata, half an hour off the hour', () => {
    const zone = 'Asia/Kolkata';
    const due = emailAfter(at('2026-11-27 17:00', zone), 1, calendarIn(zone));
    expect(due).toBe('2026-11-30T11:30:00.000Z');
  });

  it('SET-05: worked date 9: Lord Howe, a clock change of half an hour', () => {
    const zone = 'Australia/Lord_Howe';
    const due = emailAfter(at('2026-10-02 17:00', zone), 1, calendarIn(zone));
    expect(due).toBe('2026-10-05T06:00:00.000Z');
    expect(shown(due, zone)).toBe('Mon 2026-10-05 17:00');
  });

  it('SET-05: worked date 10: 02:30 does not exist and becomes 03:30', () => {
    const plan = planStep(
      { kind: 'email', after: at('2027-03-13 02:30', newYork), delayDays: 1 },
      everyday,
    );
    expect(plan.dueAt).toBe('2027-03-14T07:30:00.000Z');
    expect(shown(plan.dueAt, newYork)).toBe('Sun 2027-03-14 03:30');
    expect(plan.why.at(-1)).toEqual({
      rule: 'clock_gap',
      wanted: '2027-03-14 02:30',
      movedTo: '2027-03-14T07:30:00.000Z',
    });
  });

  it("SET-19: worked date 11: a contact without a zone runs in the sender's", () => {
    const zone = chooseTimeZone({
      useContactZone: true,
      contactZone: null,
      senderZone: 'Europe/Berlin',
    });
    expect(zone).toBe('Europe/Berlin');
  });

  it('SET-04: worked date 12: of a three-day delay, paused after two, one day is left', () => {
    const dueAt = emailAfter(at('2026-11-23 10:00', newYork), 3, business);
    const restMs = restOfDelay({ pausedAt: at('2026-11-25 10:00', newYork), dueAt }, business);
    expect(restMs).toBe(24 * 3_600_000);
    const resumedAt = at('2026-12-22 10:00', newYork);
    const plan = planRest({ kind: 'email', resumedAt, restMs }, business);
    expect(shown(plan.dueAt, newYork)).toBe('Wed 2026-12-23 10:00');
    expect(plan.why).toEqual([{ rule: 'resumed', at: resumedAt, restMs }]);
  });

  it('TSK-11: worked date 13: two business days from the completion, five days late or not', () => {
    const completedAt = at('2026-12-04 11:20', newYork);
    expect(shown(emailAfter(completedAt, 2, business), newYork)).toBe('Tue 2026-12-08 11:20');
  });

  it('TSK-11: completed on a Saturday, + 1 is Monday at that hour', () => {
    const completedAt = at('2026-11-28 16:45', newYork);
    expect(shown(emailAfter(completedAt, 1, business), newYork)).toBe('Mon 2026-11-30 16:45');
  });

  it('SET-02: worked date 20: a holiday is no business day', () => {
    const holidays = new Set(['2026-11-26']);
    const plan = planStep(
      { kind: 'email', after: at('2026-11-25 17:00', newYork), delayDays: 1 },
      { ...business, holidays },
    );
    expect(shown(plan.dueAt, newYork)).toBe('Fri 2026-11-27 17:00');
    expect(plan.why.at(-1)).toEqual({ rule: 'holiday', on: '2026-11-26', movedTo: '2026-11-27' });
  });
});

describe('what other engines get wrong', () => {
  const cases = [
    ['Australia/Sydney', '2026-11-27 10:00', 8, 'Mon 2026-11-30 08:00'],
    ['America/Los_Angeles', '2026-11-27 10:00', 17, 'Fri 2026-11-27 17:00'],
    ['Asia/Tokyo', '2026-11-28 08:00', 9, 'Mon 2026-11-30 09:00'],
    ['Asia/Tokyo', '2026-11-28 12:00', 9, 'Mon 2026-11-30 09:00'],
    ['America/New_York', '2026-10-30 10:00', 9, 'Mon 2026-11-02 09:00'],
    ['America/New_York', '2027-03-12 10:00', 9, 'Mon 2027-03-15 09:00'],
  ] as const;

  it.each(cases)('SET-07: %s, %s, asking for %i:00 Mon–Fri', (zone, now, hour, expected) => {
    const calendar = calendarIn(zone, {
      sendWindowStartMinute: hour * 60,
      sendWindowEndMinute: hour * 60 + 1,
    });
    expect(shown(fitToWindow(at(now, zone), calendar).dueAt, zone)).toBe(expected);
  });

  it('SET-05: New York keeps 09:00 through a chain of steps across both clock changes', () => {
    for (const start of ['2026-10-28 09:00', '2027-03-10 09:00']) {
      let due = at(start, newYork);
      for (let step = 0; step < 10; step += 1) {
        due = emailAfter(due, 1, business);
        expect(shown(due, newYork)).toMatch(/ 09:00$/);
      }
    }
  });
});
