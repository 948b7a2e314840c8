import fc from 'fast-check';
import { DateTime } from 'luxon';

import { eligibleDays } from '../../../src/domain/time/types.js';
import type { Calendar, Instant, Plan, TimeZone } from '../../../src/domain/time/types.js';

/** Business days, no holidays, any time of day, tasks at 00:00: what each test changes as it needs. */
export function calendarIn(timeZone: TimeZone, changes: Partial<Calendar> = {}): Calendar {
  return {
    timeZone,
    eligibleFollowUpDays: 'BUSINESS_DAYS',
    sendWindowStartMinute: 0,
    sendWindowEndMinute: 1440,
    taskCreationMinute: 0,
    holidays: new Set<string>(),
    ...changes,
  };
}

const shownAs = 'ccc yyyy-MM-dd HH:mm';

/** The instant of a local time such as `2026-11-26 17:00`, reckoned by luxon, not by us. */
export function at(local: string, timeZone: TimeZone): Instant {
  const time = DateTime.fromFormat(local, 'yyyy-MM-dd HH:mm', { zone: timeZone });
  if (!time.isValid) {
    throw new Error(`${local} in ${timeZone}: ${time.invalidReason}`);
  }
  return new Date(time.toMillis()).toISOString();
}

/** An instant as `Tue 2026-12-01 17:00` in a zone, by luxon. */
export function shown(instant: Instant, timeZone: TimeZone): string {
  return DateTime.fromISO(instant, { zone: timeZone }).setLocale('en-US').toFormat(shownAs);
}

/** The names of the rules that made a plan, in order. */
export function rulesOf(plan: Plan): readonly string[] {
  return plan.why.map(({ rule }) => rule);
}

/** Every day of a year and a half: a calendar on which nothing can run. */
export function allHolidays(from: string): ReadonlySet<string> {
  const first = DateTime.fromISO(from, { zone: 'UTC' });
  return new Set(
    Array.from({ length: 550 }, (_, days) => first.plus({ days }).toFormat('yyyy-MM-dd')),
  );
}

const zones = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'America/Havana',
  'America/Nuuk',
  'Atlantic/Azores',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
] as const;

export const anyZone = fc.constantFrom(...zones);

/** Weighted towards the days on which clocks change, to the minute or to the millisecond. */
export const anyInstant: fc.Arbitrary<Instant> = fc
  .oneof(
    fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 11, 31) }),
    fc
      .tuple(
        fc.constantFrom(
          Date.UTC(2026, 2, 8),
          Date.UTC(2026, 9, 4),
          Date.UTC(2026, 10, 1),
          Date.UTC(2027, 2, 14),
          Date.UTC(2027, 2, 28),
          Date.UTC(2027, 3, 30),
        ),
        fc.integer({ min: -3 * 1440, max: 3 * 1440 }),
      )
      .map(([day, minutes]) => day + minutes * 60_000),
  )
  .map((epochMs) => new Date(epochMs).toISOString());

const anyHolidays: fc.Arbitrary<ReadonlySet<string>> = fc
  .array(
    fc
      .integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2029, 11, 31) })
      .map((epochMs) => new Date(epochMs).toISOString().slice(0, 10)),
    { maxLength: 40 },
  )
  .map((dates) => new Set(dates));

/** Most of them about one time of day, which may be told as a habit or not. */
export const anyOpens: fc.Arbitrary<readonly Instant[]> = fc
  .tuple(
    fc.integer({ min: 0, max: 1439 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: -40, max: 40 })), {
      maxLength: 12,
    }),
    fc.array(anyInstant, { maxLength: 4 }),
  )
  .map(([minute, around, others]) => [
    ...around.map(([day, by]) =>
      new Date(Date.UTC(2024, 5, 1 + day) + (minute + by) * 60_000).toISOString(),
    ),
    ...others,
  ]);

/** Half of them with opens, by which follow-up emails are planned (SET-08). */
export const anyCalendar: fc.Arbitrary<Calendar> = fc
  .record({
    timeZone: anyZone,
    eligibleFollowUpDays: fc.constantFrom(...eligibleDays),
    window: fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 2 }),
    taskCreationMinute: fc.integer({ min: 0, max: 1439 }),
    holidays: anyHolidays,
    opens: fc.option(anyOpens),
  })
  .map(({ window, opens, ...rest }) => ({
    ...rest,
    ...(opens !== null && { opens }),
    sendWindowStartMinute: Math.min(...window),
    sendWindowEndMinute: Math.max(...window),
  }));
