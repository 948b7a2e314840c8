import { describe, expect, it } from 'vitest';

import { explain, formatLocal } from '../../../src/domain/time/format.js';
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
    [{ rule: 'start_of_day', on: '2026-11-26' }, 'at the task time of Thu 26 Nov'],
    [
      { rule: 'clock_gap', wanted: '2026-11-26 11:00', movedTo: noon },
      'the clock skips 2026-11-26 11:00 → Thu 26 Nov 12:00',
    ],
    [{ rule: 'task_completed', at: noon }, 'task completed Thu 26 Nov 12:00'],
    [{ rule: 'deferred', at: noon }, 'put off by the recipient’s server Thu 26 Nov 12:00'],
    [{ rule: 'no_connection', at: noon }, 'mail server not reached Thu 26 Nov 12:00'],
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

  it('SET-06: an empty chain is an empty string', () => {
    expect(explain([], zone)).toBe('');
  });
});
