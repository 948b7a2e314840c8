import { describe, expect, it } from 'vitest';
import {
  explainSending,
  tallyWaits,
  waitsFor,
  type StandingCount,
} from '../../../src/domain/enrollment/sending-status.js';

const active = (...rules: StandingCount['rules']) =>
  ({ state: 'active', reason: null, rules }) as const;
const paused = (reason: StandingCount['reason']) =>
  ({ state: 'paused', reason, rules: ['delay'] }) as const;

describe('what a sequence waits for', () => {
  it.each([
    [active('delay'), 'delay'],
    [active('delay', 'weekend', 'before_window'), 'weekend'],
    [active('delay', 'after_window'), 'window'],
    [active('delay', 'holiday', 'weekend'), 'holiday'],
    [active('delay', 'holiday', 'leave', 'before_window'), 'leave'],
    [active('delay', 'leave', 'send_limit'), 'send_limit'],
    [active('no_connection'), 'mail_server'],
    [active('password_unreadable'), 'password_unreadable'],
    [active('chosen_time'), 'chosen_time'],
    [active('chosen_time', 'before_window'), 'window'],
    [paused('sequence_paused'), 'sequence_paused'],
    [paused(null), 'manual'],
    [{ state: 'waiting_task', reason: null, rules: ['delay', 'weekend'] } as const, 'task'],
  ])('%o is %s', (standing, rule) => {
    expect(waitsFor(standing)).toBe(rule);
  });

  it('is told with the most first', () => {
    const standings = [
      { ...active('delay'), count: 2 },
      { ...paused('manual'), count: 4 },
      { ...active('delay', 'delay'), count: 3 },
    ];
    expect(tallyWaits(standings)).toEqual([
      { rule: 'delay', count: 5 },
      { rule: 'manual', count: 4 },
    ]);
  });

  it('is told with the most first, and of as many by name, in whatever order they come', () => {
    const standings = [
      { ...active('weekend'), count: 1 },
      { ...active('holiday'), count: 1 },
      { ...active('delay'), count: 3 },
    ];
    const expected = [
      { rule: 'delay', count: 3 },
      { rule: 'holiday', count: 1 },
      { rule: 'weekend', count: 1 },
    ];
    expect(tallyWaits(standings)).toEqual(expected);
    expect(tallyWaits(standings.toReversed())).toEqual(expected);
  });
});

describe('why nothing goes out', () => {
  const at = '2026-11-23T10:00:00.000Z';
  const earlier = '2026-11-23T08:30:00.000Z';
  const berlin = 'Europe/Berlin';
  const quiet = { at, timeZone: berlin, pauses: [], waits: [], overdue: 0, late: null, next: null };
  const waits = [
    { rule: 'task', count: 3 },
    { rule: 'manual', count: 1 },
  ] as const;
  const next = { at, timeZone: 'America/New_York' };
  const late = { at: earlier, timeZone: 'Asia/Tokyo' };
  const byAda = { kind: 'user', id: 'u', name: 'Ada', since: earlier } as const;
  const byKey = { kind: 'api_key', id: null, name: null, since: earlier } as const;
  const ofUser = { scope: 'user', ...byAda } as const;
  const held = { ...quiet, waits: [{ rule: 'sequence_paused', count: 2 }] } as const;

  it.each([
    [
      { ...quiet, pauses: [ofUser, { scope: 'account', ...byKey }] },
      'The account is paused by an API key that names no user since Mon 23 Nov 2026 09:30 Berlin: an admin resumes it.',
    ],
    [
      { ...quiet, pauses: [{ scope: 'sequence', ...byAda }] },
      'The sequence is paused as a whole by Ada since Mon 23 Nov 2026 09:30 Berlin: an admin resumes it.',
    ],
    [
      { ...held, pauses: [ofUser] },
      'No email has a time: 2 paused by Ada since Mon 23 Nov 2026 09:30 Berlin (sequence_paused).',
    ],
    [{ ...held, pauses: [ofUser, ofUser] }, 'No email has a time: 2 paused (sequence_paused).'],
    [quiet, 'All who were enrolled have come to the end.'],
    [{ ...quiet, waits }, 'No email has a time: 3 waiting for a task, 1 paused (manual).'],
    [
      { ...quiet, waits: [{ rule: 'delay', count: 1 }], next },
      'The next email goes out on Mon 23 Nov 2026 05:00 New York: 1 waiting for the delay.',
    ],
    [
      { ...quiet, waits: [{ rule: 'delay', count: 2 }], ...{ next, late, overdue: 2 } },
      '2 emails are overdue, the first since Mon 23 Nov 2026 17:30 Tokyo: see whether workers run and Temporal is reached (2 waiting for the delay).',
    ],
    [
      { ...quiet, waits: [{ rule: 'delay', count: 1 }], ...{ late, overdue: 1 } },
      '1 email is overdue, since Mon 23 Nov 2026 17:30 Tokyo: see whether workers run and Temporal is reached (1 waiting for the delay).',
    ],
    [
      { ...quiet, waits: [{ rule: 'delay', count: 1 }], next, late },
      'An email is due since Mon 23 Nov 2026 17:30 Tokyo, or being sent: 1 waiting for the delay.',
    ],
  ] as const)('%o', (known, sentence) => {
    expect(explainSending(known)).toBe(sentence);
  });
});
