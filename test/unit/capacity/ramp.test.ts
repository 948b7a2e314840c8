import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { earliestSlot } from '../../../src/domain/capacity/earliest-slot.js';
import { dayMs } from '../../../src/domain/capacity/full-spans.js';
import { fullAfter } from '../../../src/domain/capacity/latest.js';
import { defaultLimits, type Ramp } from '../../../src/domain/capacity/limits.js';
import {
  fullMailboxDays,
  perDayAt,
  rampEndMs,
  withRamp,
} from '../../../src/domain/capacity/ramp.js';

const hourMs = 3_600_000;
const at = (text: string): number => Date.parse(text);

interface Day {
  readonly mailboxPerDay: number;
  readonly ramp: Ramp;
}

const span = { fromMs: -10 * dayMs, untilMs: 60 * dayMs };
const place = (taken: readonly number[], limits: Day, dueMs: number) =>
  earliestSlot({ dueMs, calendar: null }, fullMailboxDays(taken, limits, span)).atMs;
const withOne = (taken: readonly number[], atMs: number) =>
  [...taken, atMs].toSorted((a, b) => a - b);

/** The rule itself, slowly and by its own words: no 24 hours above what is allowed at their end. */
function keeps(taken: readonly number[], { mailboxPerDay, ramp }: Day): boolean {
  return taken.every((endMs) => {
    let most = ramp.startPerDay;
    for (let dayAt = ramp.startedAtMs + dayMs; dayAt <= endMs; dayAt += dayMs) {
      most += ramp.increasePerDay;
    }
    const inDay = taken.filter((one) => one > endMs - dayMs && one <= endMs).length;
    return inDay <= Math.min(most, mailboxPerDay);
  });
}

const anyInstant = fc.integer({ min: 0, max: 3 * 48 }).map((n) => n * (hourMs / 2));
const anyDay = fc.record({
  mailboxPerDay: fc.integer({ min: 1, max: 7 }),
  ramp: fc.record({
    startPerDay: fc.integer({ min: 1, max: 3 }),
    increasePerDay: fc.integer({ min: 1, max: 2 }),
    startedAtMs: fc.integer({ min: -4, max: 4 }).map((n) => n * 12 * hourMs),
  }),
});

describe('a mailbox that is warmed up', () => {
  test('no rolling day ever has more than is allowed at its end, and nothing goes before it is due', () => {
    fc.assert(
      fc.property(fc.array(anyInstant, { maxLength: 25 }), anyDay, (wishes, limits) => {
        let taken: readonly number[] = [];
        for (const dueMs of wishes) {
          const atMs = place(taken, limits, dueMs);
          expect(atMs).toBeGreaterThanOrEqual(dueMs);
          taken = withOne(taken, atMs);
          expect(keeps(taken, limits)).toBe(true);
        }
      }),
    );
  });

  test('there is no earlier time that is allowed', () => {
    fc.assert(
      fc.property(
        fc.array(anyInstant, { maxLength: 15 }),
        anyDay,
        anyInstant,
        (wishes, limits, dueMs) => {
          let taken: readonly number[] = [];
          for (const wish of wishes) taken = withOne(taken, place(taken, limits, wish));
          const atMs = place(taken, limits, dueMs);
          // Only where a day has passed, the limit grows, an email is passed, or at once can be the first time there is.
          const grows = Array.from(
            { length: 20 },
            (_, n) => limits.ramp.startedAtMs + (n - 5) * dayMs,
          );
          const starts = taken.flatMap((one) => [one + dayMs, one + 1]);
          const earlier = [dueMs, ...starts, ...grows, atMs - 1].filter(
            (one) => one >= dueMs && one < atMs,
          );
          for (const one of earlier) expect(keeps(withOne(taken, one), limits)).toBe(false);
        },
      ),
    );
  });

  it('starts with a few and has more each day, until its limit', () => {
    const startedAtMs = at('2026-11-23T09:00:00.000Z');
    const limits = {
      mailboxPerDay: 50,
      ramp: { startPerDay: 20, increasePerDay: 10, startedAtMs },
    };
    const days = [-3, 0, 0.99, 1, 2, 2.5, 3, 30];
    expect(days.map((day) => perDayAt(limits, startedAtMs + day * dayMs))).toEqual([
      20, 20, 20, 30, 40, 40, 50, 50,
    ]);
    expect(rampEndMs(limits.ramp, 50)).toBe(at('2026-11-26T09:00:00.000Z'));
  });

  it('an email for next week has the limit of next week', () => {
    const startedAtMs = at('2026-11-23T09:00:00.000Z');
    const limits = {
      mailboxPerDay: 50,
      ramp: { startPerDay: 1, increasePerDay: 1, startedAtMs },
    };
    const weekMs = startedAtMs + 7 * dayMs;
    const taken = Array.from({ length: 7 }, (_, index) => weekMs + index);
    const fullFrom = { fromMs: startedAtMs, untilMs: weekMs + 3 * dayMs };
    const next = (dueMs: number) =>
      earliestSlot({ dueMs, calendar: null }, fullMailboxDays(taken, limits, fullFrom)).atMs;
    expect(next(weekMs + 10)).toBe(weekMs + 10);
    taken.push(weekMs + 10);
    expect(next(weekMs + 20)).toBe(weekMs + dayMs);
  });

  it('LIM-08: is told by its day, without a ramp by the whole limit', () => {
    const startedAtMs = at('2026-11-23T09:00:00.000Z');
    const ramp = { startPerDay: 1, increasePerDay: 1, startedAtMs };
    const within = { fromMs: startedAtMs, untilMs: startedAtMs + dayMs };
    const taken = [startedAtMs + 1000];
    const limit = 'mailbox_day';
    expect(fullMailboxDays(taken, { mailboxPerDay: 5, ramp }, within)).toEqual([
      { fromMs: startedAtMs + 1001 - dayMs, untilMs: startedAtMs + 1001, limit },
      { fromMs: startedAtMs + 1000, untilMs: startedAtMs + dayMs, limit },
    ]);
    expect(fullMailboxDays(taken, { mailboxPerDay: 5 }, within)).toEqual([]);
    expect(fullMailboxDays(taken, { mailboxPerDay: 1 }, within)).toEqual([
      { fromMs: startedAtMs + 1001 - dayMs, untilMs: startedAtMs + 1000 + dayMs, limit },
    ]);
    expect(perDayAt({ mailboxPerDay: 5 }, startedAtMs)).toBe(5);
  });

  it('tells nothing of levels that begin after what is asked for', () => {
    const ramp = { startPerDay: 1, increasePerDay: 1, startedAtMs: 0 };
    const taken = [dayMs, dayMs + 1, dayMs + 2];
    const spans = fullMailboxDays(taken, { mailboxPerDay: 9, ramp }, { fromMs: 0, untilMs: dayMs });
    expect(spans.filter(({ fromMs }) => fromMs >= dayMs)).toEqual([]);
  });

  test('names no empty span', () => {
    fc.assert(
      fc.property(fc.array(anyInstant, { maxLength: 15 }), anyDay, (taken, limits) => {
        const spans = fullMailboxDays(
          taken.toSorted((a, b) => a - b),
          limits,
          span,
        );
        expect(spans.filter(({ fromMs, untilMs }) => fromMs >= untilMs)).toEqual([]);
      }),
    );
  });

  it('is as any other once it may send as much as its limit', () => {
    const ramp = { startPerDay: 5, increasePerDay: 5, startedAtMs: 0 };
    const limits = { ...defaultLimits, mailboxPerDay: 20 };
    expect(withRamp(limits, ramp, 3 * dayMs - 1).ramp).toEqual(ramp);
    expect(withRamp(limits, ramp, 3 * dayMs)).toEqual(limits);
    expect(withRamp(limits, null, 0)).toEqual(limits);
  });

  it('is looked at as a whole: its limit at the end of the list is not that of now', () => {
    const limits = withRamp(
      defaultLimits,
      { startPerDay: 5, increasePerDay: 5, startedAtMs: 0 },
      0,
    );
    const nothing = { lastMs: null, firstOfDayMs: null };
    const latest = { mailbox: nothing, user: nothing, inMinute: 0 };
    expect(fullAfter(0, latest, limits)).toBeUndefined();
    expect(fullAfter(0, latest, defaultLimits)).toEqual([]);
  });
});
