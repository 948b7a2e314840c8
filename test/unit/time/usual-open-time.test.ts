import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/domain/time/format.js';
import { absenceAt, absencesOf } from '../../../src/domain/time/leave.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import { planRest, restOfDelay } from '../../../src/domain/time/rest.js';
import type { Calendar, Instant } from '../../../src/domain/time/types.js';
import {
  fewestOpens,
  mostOpens,
  usualOpenMinute,
} from '../../../src/domain/time/usual-open-time.js';
import { localDateAt, localMinuteAt } from '../../../src/domain/time/zone.js';
import { anyCalendar, anyInstant, anyOpens, at, calendarIn, rulesOf, shown } from './fixtures.js';

const newYork = 'America/New_York';

/** Opens on some days at these times of day, such as `10:05`, in New York. */
const opensAt = (...clocks: readonly string[]): readonly Instant[] =>
  clocks.map((clock, index) =>
    at(`2026-11-${String(index + 1).padStart(2, '0')} ${clock}`, newYork),
  );
const times = (count: number, clock: string): readonly string[] =>
  Array.from({ length: count }, () => clock);

/** 8 to 18 o'clock in New York. */
const with_ = (opens: readonly Instant[], changes: Partial<Calendar> = {}): Calendar =>
  calendarIn(newYork, { sendWindowStartMinute: 480, sendWindowEndMinute: 1080, opens, ...changes });
const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

describe('the time at which a contact usually opens mail', () => {
  it.each([
    ['the half hour with the most', [...times(3, '10:05'), ...times(2, '16:40')], '10:00'],
    ['neighbours count by half', ['09:50', '10:10', '10:40', '16:05', '16:06'], '10:00'],
    ['of equal ones the earliest', ['16:05', '10:05', '16:06', '10:06'], '10:00'],
    ['the window begins later', times(3, '08:00'), '08:00'],
    ['its start, where the half hour begins earlier', times(3, '09:20'), '09:10', 550],
    ['only opens within the window', [...times(9, '22:00'), ...times(3, '10:05')], '10:00'],
  ] as const)('SET-08: %s', (_, clocks, expected, start: number = 480) => {
    const calendar = with_(opensAt(...clocks), { sendWindowStartMinute: start });
    expect(usualOpenMinute(calendar)).toBe(minuteOf(expected));
  });

  it('SET-08: half hours on both sides of midnight are neighbours', () => {
    const opens = opensAt('23:50', '23:55', '00:05', '00:10', ...times(3, '12:00'));
    const all = { sendWindowStartMinute: 0, sendWindowEndMinute: 1440 };
    expect(usualOpenMinute(with_(opens, all))).toBe(0);
    // Alone, the two before midnight are fewer than the three at noon.
    expect(usualOpenMinute(with_(opensAt(...times(2, '23:50'), ...times(3, '12:00')), all))).toBe(
      720,
    );
  });

  it(`SET-08: fewer than ${fewestOpens} within the window are no habit`, () => {
    expect(usualOpenMinute(with_(opensAt('10:05', '10:06')))).toBeUndefined();
    expect(usualOpenMinute(with_(opensAt('10:05', '10:06', '07:59', '18:00')))).toBeUndefined();
    expect(usualOpenMinute(with_([]))).toBeUndefined();
  });

  it('SET-09: is told by the clock of the enrollment’s zone', () => {
    const opens = opensAt(...times(3, '10:05'));
    expect(usualOpenMinute({ ...with_(opens), timeZone: 'Europe/Berlin' })).toBe(minuteOf('16:00'));
  });

  it(`REP-07: only the latest ${mostOpens} count, in whatever order they are given`, () => {
    const old = Array.from({ length: 80 }, (_, day) =>
      new Date(Date.UTC(2025, 0, 1 + day, 14)).toISOString(),
    );
    const late = Array.from({ length: mostOpens }, (_, day) =>
      new Date(Date.UTC(2026, 0, 1 + day, 20)).toISOString(),
    );
    expect(usualOpenMinute(with_([...late, ...old]))).toBe(minuteOf('15:00'));
    expect(usualOpenMinute(with_([...late.slice(-10), ...old]))).toBe(minuteOf('09:00'));
  });

  it('SET-08: lies in the window, and does not depend on the order of opens', () => {
    fc.assert(
      fc.property(anyCalendar, anyOpens, (calendar, opens) => {
        const minute = usualOpenMinute({ ...calendar, opens });
        expect(usualOpenMinute({ ...calendar, opens: [...opens].reverse() })).toBe(minute);
        if (minute === undefined) return;
        expect(minute).toBeGreaterThanOrEqual(calendar.sendWindowStartMinute);
        expect(minute).toBeLessThan(calendar.sendWindowEndMinute);
      }),
    );
  });
});

describe('a follow-up whose time is chosen from opens', () => {
  const ten = opensAt(...times(4, '10:05'));
  const thursday = at('2026-11-26 17:00', newYork);

  it('SET-08: keeps its day and goes out at the usual time, and says so', () => {
    const plan = planStep({ kind: 'email', after: thursday, delayDays: 3 }, with_(ten));
    expect(shown(plan.dueAt, newYork)).toBe('Tue 2026-12-01 10:00');
    expect(explain(plan.why, newYork)).toBe(
      '3 business days after Thu 26 Nov 17:00; Sat 28 Nov is a weekend → Mon 30 Nov; when the contact usually opens mail → Tue 1 Dec 10:00',
    );
  });

  it.each([
    [
      'at the usual time of the day behind the window',
      '2026-11-26 19:00',
      1,
      'Mon 2026-11-30 10:00',
    ],
    ['later on the same day', '2026-11-26 09:00', 0, 'Thu 2026-11-26 10:00'],
    ['at once where the time is past by then', '2026-11-26 14:00', 0, 'Thu 2026-11-26 14:00'],
    [
      'at the usual time where the step before ran then',
      '2026-11-26 10:00',
      1,
      'Fri 2026-11-27 10:00',
    ],
  ])('SET-06 SET-08: %s', (_, after, delayDays, expected) => {
    const plan = planStep({ kind: 'email', after: at(after, newYork), delayDays }, with_(ten));
    expect(shown(plan.dueAt, newYork)).toBe(expected);
  });

  it('SET-05: keeps the wall clock where there are too few', () => {
    const plan = planStep({ kind: 'email', after: thursday, delayDays: 3 }, with_(ten.slice(0, 2)));
    expect(shown(plan.dueAt, newYork)).toBe('Tue 2026-12-01 17:00');
    expect(rulesOf(plan)).toEqual(['delay', 'weekend']);
  });

  it('SEQ-16 TSK-02: is no matter for tasks', () => {
    for (const delayDays of [0, 2]) {
      const step = { kind: 'task', after: thursday, delayDays } as const;
      expect(planStep(step, with_(ten))).toEqual(planStep(step, with_([])));
    }
  });

  it('SET-08: at a time that the clock skips goes out as much later, and says so', () => {
    const night = with_(opensAt(...times(3, '02:10')), {
      sendWindowStartMinute: 0,
      eligibleFollowUpDays: 'EVERYDAY',
    });
    const after = at('2027-03-13 12:00', newYork);
    const plan = planStep({ kind: 'email', after, delayDays: 1 }, night);
    expect(shown(plan.dueAt, newYork)).toBe('Sun 2027-03-14 03:00');
    expect(rulesOf(plan)).toEqual(['delay', 'usual_open_time', 'clock_gap']);
  });

  it('5.2 SET-08: in a leave that began that day waits for the usual time after the return', () => {
    // In Tokyo the day begins at 10:00 of the day before in New York.
    const leaves = [{ firstOn: '2026-12-02', lastOn: '2026-12-03', timeZone: 'Asia/Tokyo' }];
    const away = { email: absencesOf(leaves), task: [] };
    const noon = with_(opensAt(...times(3, '12:05')), { absences: away });
    const after = at('2026-11-30 09:00', newYork);
    const plan = planStep({ kind: 'email', after, delayDays: 1 }, noon);
    expect(shown(plan.dueAt, newYork)).toBe('Thu 2026-12-03 12:00');
    expect(rulesOf(plan)).toEqual(['delay', 'usual_open_time', 'leave', 'usual_open_time']);
  });

  it('SET-08: goes out at the usual time of the day on which the rest of its delay ends', () => {
    const paused = {
      pausedAt: at('2026-11-25 12:00', newYork),
      dueAt: at('2026-11-26 10:00', newYork),
    };
    const restMs = restOfDelay(paused, with_(ten));
    const resumedAt = at('2026-12-07 17:00', newYork);
    const plan = planRest({ kind: 'email', resumedAt, restMs }, with_(ten));
    expect(shown(plan.dueAt, newYork)).toBe('Tue 2026-12-08 10:00');
    const overdue = planRest({ kind: 'email', resumedAt, restMs: 0 }, with_(ten));
    expect(overdue.dueAt).toBe(resumedAt);
  });

  const leaves = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 9 }))
      .map(([day, days]) => {
        const dateOf = (on: number) => new Date(Date.UTC(2026, 0, on)).toISOString().slice(0, 10);
        return { firstOn: dateOf(day), lastOn: dateOf(day + days), timeZone: 'Asia/Tokyo' };
      }),
    { maxLength: 5 },
  );

  it('5.2 SET-08: whatever the leaves, is in none, and no leave makes it earlier', () => {
    fc.assert(
      fc.property(anyInstant, anyCalendar, leaves, anyOpens, (after, calendar, days, opens) => {
        const email = absencesOf(days);
        const step = { kind: 'email', after, delayDays: 2 } as const;
        const free = { ...calendar, opens };
        const { dueAt } = planStep(step, { ...free, absences: { email, task: [] } });
        expect(absenceAt(dueAt, email)).toBeUndefined();
        expect(dueAt >= planStep(step, free).dueAt).toBe(true);
      }),
    );
  });

  it('SET-08: is on the day that it would have without opens, at the usual minute or not before the step before it', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 0, max: 9 }),
        anyCalendar,
        (after, delayDays, calendar) => {
          const { opens = [], ...rest } = calendar;
          const step = { kind: 'email', after, delayDays } as const;
          const plan = planStep(step, { ...rest, opens });
          const plain = planStep(step, rest);
          const dateOf = (instant: Instant) => localDateAt(instant, calendar.timeZone);
          expect(dateOf(plan.dueAt)).toBe(dateOf(plain.dueAt));
          if (!rulesOf(plan).includes('usual_open_time')) {
            expect(plan).toEqual(plain);
          } else if (!rulesOf(plan).includes('clock_gap')) {
            expect(localMinuteAt(plan.dueAt, calendar.timeZone)).toBe(
              usualOpenMinute({ ...rest, opens }),
            );
          }
        },
      ),
    );
  });
});
