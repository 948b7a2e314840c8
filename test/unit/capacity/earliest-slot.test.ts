import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { earliestSlot } from '../../../src/domain/capacity/earliest-slot.js';
import {
  dayMs,
  fullDays,
  fullMinutes,
  minuteMs,
  minuteOf,
} from '../../../src/domain/capacity/full-spans.js';
import { fullAfter } from '../../../src/domain/capacity/latest.js';
import { isOfDay, weightiestLimit, type SendLimits } from '../../../src/domain/capacity/limits.js';
import type { Calendar } from '../../../src/domain/time/types.js';

const hourMs = 3_600_000;
const at = (text: string): number => Date.parse(text);

/** What is full by all limits of a mailbox whose emails are all of one user. */
const spansOf = (taken: readonly number[], limits: SendLimits) => [
  ...fullMinutes(taken, limits.mailboxPerMinute, 'mailbox_minute'),
  ...fullDays(taken, limits.mailboxPerDay, 'mailbox_day'),
  ...fullDays(taken, limits.userPerDay, 'user_day'),
];

const place = (taken: readonly number[], limits: SendLimits, dueMs: number) =>
  earliestSlot({ dueMs, calendar: null }, spansOf(taken, limits)).atMs;

const withOne = (taken: readonly number[], atMs: number) =>
  [...taken, atMs].toSorted((a, b) => a - b);

/** The rules themselves, slowly: no minute and no 24 hours with more than they may have. */
function keeps(taken: readonly number[], { mailboxPerMinute, ...days }: SendLimits): boolean {
  const perDay = Math.min(days.mailboxPerDay, days.userPerDay);
  return taken.every((endMs) => {
    const inMinute = taken.filter((one) => minuteOf(one) === minuteOf(endMs)).length;
    const inDay = taken.filter((one) => one > endMs - dayMs && one <= endMs).length;
    return inMinute <= mailboxPerMinute && inDay <= perDay;
  });
}

/** A small world: the finer units are coarse, so that limits meet often. */
const stepMs = 30_000;
const anyInstant = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((n) => n * stepMs),
  fc.integer({ min: 0, max: 3 * 48 }).map((n) => n * (hourMs / 2)),
);
const anyLimits = fc.record({
  mailboxPerMinute: fc.integer({ min: 1, max: 3 }),
  mailboxPerDay: fc.integer({ min: 1, max: 6 }),
  userPerDay: fc.integer({ min: 1, max: 6 }),
});

describe('earliestSlot', () => {
  test('LIM-08: no minute and no rolling day is ever above its limit, and nothing goes before it is due', () => {
    fc.assert(
      fc.property(fc.array(anyInstant, { maxLength: 25 }), anyLimits, (wishes, limits) => {
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

  test('there is no earlier time that keeps all limits', () => {
    fc.assert(
      fc.property(
        fc.array(anyInstant, { maxLength: 15 }),
        anyLimits,
        anyInstant,
        (wishes, limits, dueMs) => {
          let taken: readonly number[] = [];
          for (const wish of wishes) taken = withOne(taken, place(taken, limits, wish));
          const atMs = place(taken, limits, dueMs);
          // Only where a minute begins, a day has passed, or at once can be the first time there is; and right before it.
          const starts = taken.flatMap((one) => [minuteOf(one) + minuteMs, one + dayMs]);
          const earlier = [dueMs, ...starts, atMs - 1].filter((one) => one >= dueMs && one < atMs);
          for (const one of earlier) expect(keeps(withOne(taken, one), limits)).toBe(false);
        },
      ),
    );
  });

  test('of equal wishes the first to come is the first to go', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        anyLimits,
        anyInstant,
        (count, limits, dueMs) => {
          let taken: readonly number[] = [];
          let before = dueMs;
          for (let index = 0; index < count; index += 1) {
            const atMs = place(taken, limits, dueMs);
            expect(atMs).toBeGreaterThanOrEqual(before);
            before = atMs;
            taken = withOne(taken, atMs);
          }
        },
      ),
    );
  });

  test('where nothing waits beyond, the end of the list says the same as the whole of it', () => {
    fc.assert(
      fc.property(
        fc.array(anyInstant, { maxLength: 15 }),
        anyLimits,
        anyInstant,
        (wishes, limits, startMs) => {
          let taken: readonly number[] = [];
          for (const wish of wishes) taken = withOne(taken, place(taken, limits, wish));
          taken = taken.filter((one) => one < minuteOf(startMs) + minuteMs);
          const latest = (most: number) => ({
            lastMs: taken.at(-1) ?? null,
            firstOfDayMs: taken.at(-most) ?? null,
          });
          const full = fullAfter(
            startMs,
            {
              mailbox: latest(limits.mailboxPerDay),
              user: latest(limits.userPerDay),
              inMinute: taken.filter((one) => minuteOf(one) === minuteOf(startMs)).length,
            },
            limits,
          );
          const found = earliestSlot({ dueMs: startMs, calendar: null }, full ?? []);
          expect(found.atMs).toBe(place(taken, limits, startMs));
        },
      ),
    );
  });

  it('worked date 14, LIM-07: 50 emails at 3 a clock minute; the last is in the 17th minute, never 4 in one', () => {
    const dueMs = at('2026-11-23T09:00:20.000Z');
    const taken: number[] = [];
    for (let index = 0; index < 50; index += 1) {
      const full = [...fullMinutes(taken, 10, 'mailbox_minute'), ...fullMinutes(taken, 3, 'pace')];
      taken.push(earliestSlot({ dueMs, calendar: null }, full).atMs);
    }
    expect(taken[0]).toBe(dueMs);
    expect(taken.at(-1)).toBe(at('2026-11-23T09:16:00.000Z'));
    expect(new Set(taken.map(minuteOf)).size).toBe(17);
    expect(fullMinutes(taken, 4, 'pace')).toEqual([]);
  });

  it('worked date 15: a thousand emails from 10:00 to 11:00 yesterday free one slot each as they get a day old', () => {
    const tenMs = at('2026-11-22T10:00:00.000Z');
    const taken = Array.from({ length: 1000 }, (_, index) => tenMs + index * 3600);
    const limits = { mailboxPerMinute: 20, mailboxPerDay: 1000, userPerDay: 2000 };
    const midnightMs = at('2026-11-23T00:00:00.000Z');
    const first = place(taken, limits, midnightMs);
    expect(first).toBe(at('2026-11-23T10:00:00.000Z'));
    const second = place(withOne(taken, first), limits, midnightMs);
    expect(second).toBe(at('2026-11-23T10:00:03.600Z'));
  });

  it('sees an email that is reserved for later, whose day the new one would be in', () => {
    const later = [at('2026-11-24T08:00:00.000Z'), at('2026-11-24T09:00:00.000Z')];
    const limits = { mailboxPerMinute: 10, mailboxPerDay: 2, userPerDay: 2 };
    const dueMs = at('2026-11-23T12:00:00.000Z');
    expect(place(later, limits, dueMs)).toBe(at('2026-11-25T08:00:00.000Z'));
    expect(place(later, limits, at('2026-11-23T09:00:00.000Z'))).toBe(
      at('2026-11-23T09:00:00.000Z'),
    );
  });

  it('moves a follow-up whose window has closed by then to the next one, and looks at the limits again there', () => {
    const calendar: Calendar = {
      eligibleFollowUpDays: 'BUSINESS_DAYS',
      sendWindowStartMinute: 540,
      sendWindowEndMinute: 1020,
      taskCreationMinute: 0,
      timeZone: 'America/New_York',
      holidays: new Set(),
    };
    // Friday 16:59 in New York; its last minute is full, and so is the first of Monday.
    const dueMs = at('2026-11-27T21:59:10.000Z');
    const taken = [dueMs, at('2026-11-30T14:00:00.000Z')];
    const full = fullMinutes(taken, 1, 'mailbox_minute');
    const found = earliestSlot({ dueMs, calendar }, full);
    expect(found.atMs).toBe(at('2026-11-30T14:01:00.000Z'));
    expect([...found.heldBy]).toEqual(['mailbox_minute']);
  });
});

describe('the earliest slot', () => {
  it('names the limits that moved it, not one whose span ends when it is due', () => {
    const full = [
      { fromMs: 0, untilMs: minuteMs, limit: 'mailbox_minute' },
      { fromMs: minuteMs, untilMs: dayMs, limit: 'user_day' },
    ] as const;
    const slotAt = (dueMs: number) => earliestSlot({ dueMs, calendar: null }, full);
    expect(slotAt(dayMs)).toEqual({ atMs: dayMs, heldBy: new Set() });
    expect(slotAt(minuteMs)).toEqual({ atMs: dayMs, heldBy: new Set(['user_day']) });
    expect(slotAt(minuteMs - 1).heldBy).toEqual(new Set(['mailbox_minute', 'user_day']));
  });

  it('LIM-07: a minute with more emails than it may have by now is full once', () => {
    const span = { fromMs: 0, untilMs: minuteMs, limit: 'pace' };
    expect(fullMinutes([0, 1, 2, 3], 2, 'pace')).toEqual([span]);
    expect(fullMinutes([0, 1, minuteMs], 2, 'pace')).toEqual([span]);
    expect(fullMinutes([0, minuteMs - 1, minuteMs], 3, 'pace')).toEqual([]);
  });
});

describe('what is full, told from the end of what is taken', () => {
  const startMs = 10 * dayMs + 30_000;
  const minuteEndMs = 10 * dayMs + minuteMs;
  const limits = { mailboxPerMinute: 2, mailboxPerDay: 3, userPerDay: 4 };
  const nothing = { lastMs: null, firstOfDayMs: null };
  const taken = { mailbox: nothing, user: nothing, inMinute: 0 };

  it('is unknown when an email of the mailbox or the user waits beyond the minute', () => {
    for (const whose of ['mailbox', 'user'] as const) {
      const waiting = (lastMs: number) =>
        fullAfter(startMs, { ...taken, [whose]: { lastMs, firstOfDayMs: null } }, limits);
      expect(waiting(minuteEndMs - 1)).toEqual([]);
      expect(waiting(minuteEndMs)).toBeUndefined();
      expect(waiting(minuteEndMs + dayMs)).toBeUndefined();
    }
  });

  it('LIM-07: is the minute once it has as many as the mailbox may send in one', () => {
    expect(fullAfter(startMs, { ...taken, inMinute: 1 }, limits)).toEqual([]);
    expect(fullAfter(startMs, { ...taken, inMinute: 2 }, limits)).toEqual([
      { fromMs: 10 * dayMs, untilMs: minuteEndMs, limit: 'mailbox_minute' },
    ]);
  });

  it('LIM-08: is the day of the mailbox, and that of the user', () => {
    const lastMs = startMs - 1000;
    const day = { lastMs, firstOfDayMs: lastMs - 1000 };
    const span = { fromMs: lastMs - dayMs + 1, untilMs: lastMs - 1000 + dayMs };
    expect(fullAfter(startMs, { ...taken, mailbox: day }, limits)).toEqual([
      { ...span, limit: 'mailbox_day' },
    ]);
    expect(fullAfter(startMs, { ...taken, user: day }, limits)).toEqual([
      { ...span, limit: 'user_day' },
    ]);
    const apart = { lastMs, firstOfDayMs: lastMs - dayMs };
    expect(fullAfter(startMs, { ...taken, user: apart }, limits)).toEqual([]);
  });
});

it.each([
  ['mailbox_minute', false],
  ['pace', false],
  ['mailbox_day', true],
  ['user_day', true],
  ['company_day', true],
  ['recipient_domain_day', true],
] as const)('LIM-08: whether %s is a limit of 24 hours: %s', (limit, expected) => {
  expect(isOfDay(limit)).toBe(expected);
});

it('says which limit weighs most of those that held an email back', () => {
  expect(weightiestLimit(['user_day', 'mailbox_minute'])).toBe('user_day');
  expect(weightiestLimit(['mailbox_minute', 'pace'])).toBe('pace');
  expect(weightiestLimit([])).toBeUndefined();
});
