import { describe, expect, it } from 'vitest';

import { explain, formatLocal, localIso } from '../../../src/domain/time/format.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import type { Why } from '../../../src/domain/time/types.js';
import { at, calendarIn } from './fixtures.js';

const zone = 'America/New_York';
const office = calendarIn(zone, { sendWindowStartMinute: 540, sendWindowEndMinute: 1020 });

describe('formatLocal', () => {
  it.each([
    ['2026-12-01T22:00:00.000Z', zone, 'Tue 1 Dec 2026 17:00 New York'],
    ['2026-09-30T23:05:59.000Z', 'UTC', 'Wed 30 Sep 2026 23:05 UTC'],
    ['2026-12-31T20:00:00.000Z', 'Asia/Tokyo', 'Fri 1 Jan 2027 05:00 Tokyo'],
    [
      '2026-12-01T22:00:00.000Z',
      'America/Argentina/Buenos_Aires',
      'Tue 1 Dec 2026 19:00 Buenos Aires',
    ],
  ])('SET-09: %s in %s', (instant, timeZone, expected) => {
    expect(formatLocal(instant, timeZone)).toBe(expected);
  });

  it('SET-09: names a zone or an instant that is none', () => {
    expect(() => formatLocal('2026-12-01T22:00:00.000Z', 'Mars/Olympus')).toThrow('Mars/Olympus');
    expect(() => formatLocal('soon', zone)).toThrow('soon');
  });
});

it('names the days of a week and the months of a year', () => {
  const words = (day: string) => formatLocal(`${day}T12:00:00.000Z`, 'UTC').split(' ');
  const months = Array.from({ length: 12 }, (_, n) => String(n + 1).padStart(2, '0'));
  expect(months.map((month) => words(`2026-${month}-05`)[2])).toEqual([
    ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  ]);
  const days = Array.from({ length: 7 }, (_, n) => words(`2026-11-0${n + 1}`)[0]);
  expect(days).toEqual(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']);
});

describe('localIso', () => {
  it('has the offset of the zone at that instant, east and west of UTC', () => {
    expect(localIso('2026-12-01T22:00:00.000Z', zone)).toBe('2026-12-01T17:00:00.000-05:00');
    expect(localIso('2026-07-01T22:00:00.000Z', zone)).toBe('2026-07-01T18:00:00.000-04:00');
    expect(localIso('2026-12-01T22:00:00.123Z', 'UTC')).toBe('2026-12-01T22:00:00.123+00:00');
    expect(localIso('2026-12-01T22:00:00.000Z', 'Asia/Kathmandu')).toBe(
      '2026-12-02T03:45:00.000+05:45',
    );
  });
});

describe('explain', () => {
  it('SET-04: tells worked date 1', () => {
    const after = at('2026-11-26 17:00', zone);
    const { why } = planStep({ kind: 'email', after, delayDays: 3 }, calendarIn(zone));
    expect(explain(why, zone)).toBe(
      '3 business days after Thu 26 Nov 17:00; Sat 28 Nov is a weekend → Mon 30 Nov',
    );
  });

  it('SET-07: tells a holiday and the window', () => {
    const after = at('2026-11-25 18:00', zone);
    const calendar = { ...office, holidays: new Set(['2026-11-26']) };
    const { why } = planStep({ kind: 'email', after, delayDays: 1 }, calendar);
    expect(explain(why, zone)).toBe(
      '1 business day after Wed 25 Nov 18:00; Thu 26 Nov is a holiday → Fri 27 Nov; ' +
        'after the send window → Mon 30 Nov 09:00; Sat 28 Nov is a weekend → Mon 30 Nov',
    );
  });

  it('LIM-01: tells the longest delay in one line', () => {
    const after = at('2026-11-26 17:00', zone);
    const { why } = planStep({ kind: 'task', after, delayDays: 90 }, office);
    expect(explain(why, zone)).toBe(
      '90 business days after Thu 26 Nov 17:00; 18 weekends skipped; at the task time of Thu 1 Apr',
    );
  });

  const noon = '2026-11-26T17:00:00.000Z';
  const rows: readonly (readonly [Why, string])[] = [
    [{ rule: 'at_once' }, 'at once'],
    [{ rule: 'overdue', movedTo: noon }, 'past already → Thu 26 Nov 12:00'],
    [{ rule: 'chosen_time' }, 'at the chosen time'],
    [{ rule: 'delay', days: 0, unit: 'business_days', from: noon }, 'right after Thu 26 Nov 12:00'],
    [
      { rule: 'delay', days: 1, unit: 'calendar_days', from: noon },
      '1 calendar day after Thu 26 Nov 12:00',
    ],
    [{ rule: 'before_window', movedTo: noon }, 'before the send window → Thu 26 Nov 12:00'],
    [{ rule: 'after_window', movedTo: noon }, 'after the send window → Thu 26 Nov 12:00'],
    [
      { rule: 'usual_open_time', minute: 720, movedTo: noon },
      'when the contact usually opens mail → Thu 26 Nov 12:00',
    ],
    [
      { rule: 'leave', wanted: noon, movedTo: noon },
      'held while whoever is needed is on leave → Thu 26 Nov 12:00',
    ],
    [{ rule: 'start_of_day', on: '2026-11-26' }, 'at the task time of Thu 26 Nov'],
    [
      { rule: 'clock_gap', wanted: '2026-11-26 11:00', movedTo: noon },
      'the clock skips 2026-11-26 11:00 → Thu 26 Nov 12:00',
    ],
    [{ rule: 'deferred', at: noon }, 'put off by the recipient’s server Thu 26 Nov 12:00'],
    [{ rule: 'no_connection', at: noon }, 'mail server not reached Thu 26 Nov 12:00'],
    [
      { rule: 'password_unreadable', since: noon },
      'the mailbox’s password cannot be opened since Thu 26 Nov 12:00',
    ],
    [{ rule: 'resumed', at: noon, restMs: 0 }, 'resumed Thu 26 Nov 12:00 with no delay left'],
    [{ rule: 'resumed', at: noon, restMs: 86_400_000 }, 'resumed Thu 26 Nov 12:00 with 1 day left'],
    [
      { rule: 'resumed', at: noon, restMs: 2 * 86_400_000 + 2 * 3_600_000 + 60_000 },
      'resumed Thu 26 Nov 12:00 with 2 days 2 hours 1 minute left',
    ],
  ];

  it.each(rows)('SET-06: %j', (why, expected) => {
    expect(explain([why], zone)).toBe(expected);
  });

  it.each([
    ['mailbox_minute', 'the mailbox has all the emails of a minute'],
    ['pace', 'the bulk enrollment keeps its pace'],
    ['mailbox_day', 'the mailbox has all the emails of 24 hours'],
    ['user_day', 'the sender has all the emails of 24 hours'],
    ['company_day', 'the company gets all the emails of 24 hours'],
    ['recipient_domain_day', 'the recipient’s domain gets all the emails of 24 hours'],
  ] as const)('LIM-07 LIM-08: tells the limit %s', (limit, words) => {
    const why = [{ rule: 'send_limit', limit, movedTo: noon }] as const;
    expect(explain(why, zone)).toBe(`${words} → Thu 26 Nov 12:00`);
  });

  it('LIM-01: names three weekends and counts four, apart from holidays', () => {
    const weekend: Why = { rule: 'weekend', on: '2026-11-28', movedTo: '2026-11-30' };
    const holiday: Why = { ...weekend, rule: 'holiday' };
    const named = 'Sat 28 Nov is a weekend → Mon 30 Nov';
    expect(explain([weekend, weekend, weekend], zone)).toBe([named, named, named].join('; '));
    const four = [weekend, holiday, weekend, weekend, weekend];
    expect(explain(four, zone)).toBe('4 weekends skipped; Sat 28 Nov is a holiday → Mon 30 Nov');
    expect(explain([holiday, holiday, holiday, holiday], zone)).toBe('4 holidays skipped');
  });

  it('SET-06: names what is no day each time', () => {
    const late: Why = { rule: 'overdue', movedTo: noon };
    expect(explain([late, late, late, late], zone).match(/past already/g)).toHaveLength(4);
  });

  it('SET-06: tells a rest to the minute, rounded up', () => {
    const left = (restMs: number) => explain([{ rule: 'resumed', at: noon, restMs }], zone);
    expect(left(1)).toBe('resumed Thu 26 Nov 12:00 with 1 minute left');
    expect(left(3_600_000)).toBe('resumed Thu 26 Nov 12:00 with 1 hour left');
    expect(left(86_399_999)).toBe('resumed Thu 26 Nov 12:00 with 1 day left');
  });

  it('5.5: tells a rule that cannot be read by its name', () => {
    const unreadable: Why = { rule: 'no_connection', at: 'soon' };
    expect(explain([{ rule: 'at_once' }, unreadable], zone)).toBe('at once; no connection');
  });

  it('SET-06: an empty chain is an empty string', () => {
    expect(explain([], zone)).toBe('');
  });
});
