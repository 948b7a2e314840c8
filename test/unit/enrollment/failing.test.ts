import { describe, expect, it } from 'vitest';
import { awaitTurn, putOff, type Belief } from '../../../src/domain/enrollment/failing.js';

const now = '2026-12-01T09:00:00.000Z';
const belief: Belief = {
  state: 'active',
  reason: null,
  step: { id: 'two', position: 2, kind: 'call' },
};

describe('what fails again and again', () => {
  const waitMinutes = (rounds: number, spread = 0): number => {
    const failing = { since: '2026-11-30T09:00:00.000Z', rounds };
    const status = putOff({ ...belief, failing }, { code: '57P01', now, spread });
    return (Date.parse(status.nextAt ?? '') - Date.parse(now)) / 60_000;
  };

  const fault = { code: 'P0001', now, spread: 0 };

  it('tells instants as they are where its zone is unknown to the worker', () => {
    expect(putOff({ ...belief, timeZone: 'Mars/Olympus' }, fault).why).toContain(`since ${now} (`);
  });

  it('is put off by a minute first, and leaves the enrollment where it stands', () => {
    expect(putOff({ ...belief, timeZone: 'America/New_York' }, fault)).toEqual({
      ...belief,
      nextAt: '2026-12-01T09:01:00.000Z',
      failing: { since: now, rounds: 1 },
      summary: 'fails (P0001), tried again',
      why: "Step 2 fails since Tue 1 Dec 04:00 (P0001), tried again on Tue 1 Dec 2026 04:01 New York; the worker's log says more.",
    });
  });

  it('waits twice as long each time, at most 30 minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 5000].map((rounds) => waitMinutes(rounds))).toEqual([
      2, 4, 8, 16, 30, 30, 30,
    ]);
  });

  it('waits up to a fifth less, so that not all come back at once', () => {
    expect(waitMinutes(9, 1)).toBe(24);
    expect(waitMinutes(9, 0.5)).toBe(27);
  });

  it('remembers since when', () => {
    const failing = { since: '2026-11-30T09:00:00.000Z', rounds: 3 };
    const { failing: later } = putOff({ ...belief, failing }, { code: 'x', now, spread: 0 });
    expect(later).toEqual({ since: '2026-11-30T09:00:00.000Z', rounds: 4 });
    const status = putOff({ ...belief, step: null }, { code: 'x', now, spread: 0 });
    expect(status.why).toMatch(/^The next step fails/);
  });
});

describe('what waits for its turn', () => {
  it('is tried again then, at least a second later, and is no failure', () => {
    const failing = { since: '2026-11-30T09:00:00.000Z', rounds: 3 };
    const wait = { code: 'NoPlace', now, waitMs: 2500 };
    expect(awaitTurn({ ...belief, failing }, wait)).toEqual({
      ...belief,
      nextAt: '2026-12-01T09:00:02.500Z',
      summary: 'waits for its turn (NoPlace)',
      why: 'Step 2 waits for its turn (NoPlace) until Tue 1 Dec 2026 09:00 UTC.',
    });
    const soon = awaitTurn(belief, { ...wait, waitMs: 100 });
    expect(soon.nextAt).toBe('2026-12-01T09:00:01.000Z');
  });
});
