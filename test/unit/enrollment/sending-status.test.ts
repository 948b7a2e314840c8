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
  const quiet = { at, pausedBy: null, waits: [], overdue: 0, lateSince: null, nextEmailAt: null };
  const waits = [
    { rule: 'task', count: 3 },
    { rule: 'manual', count: 1 },
  ] as const;

  it.each([
    [{ ...quiet, pausedBy: 'account' }, 'The account is paused: an admin resumes it.'],
    [{ ...quiet, pausedBy: 'sequence' }, 'The sequence is paused as a whole: an admin resumes it.'],
    [quiet, 'All who were enrolled have come to the end.'],
    [{ ...quiet, waits }, 'No email has a time: 3 waiting for a task, 1 paused (manual).'],
    [
      { ...quiet, waits: [{ rule: 'delay', count: 1 }], nextEmailAt: at },
      'The next email goes out at 2026-11-23 10:00 UTC: 1 waiting for the delay.',
    ],
    [
      {
        ...quiet,
        waits: [{ rule: 'delay', count: 2 }],
        ...{ nextEmailAt: at, lateSince: earlier, overdue: 2 },
      },
      '2 emails are overdue, the first since 2026-11-23 08:30 UTC: see whether workers run and Temporal is reached (2 waiting for the delay).',
    ],
    [
      {
        ...quiet,
        waits: [{ rule: 'delay', count: 1 }],
        ...{ nextEmailAt: null, lateSince: earlier, overdue: 1 },
      },
      '1 email is overdue, since 2026-11-23 08:30 UTC: see whether workers run and Temporal is reached (1 waiting for the delay).',
    ],
    [
      { ...quiet, waits: [{ rule: 'delay', count: 1 }], nextEmailAt: at, lateSince: earlier },
      'An email is due since 2026-11-23 08:30 UTC, or being sent: 1 waiting for the delay.',
    ],
  ] as const)('%o', (known, sentence) => {
    expect(explainSending(known)).toBe(sentence);
  });
});
