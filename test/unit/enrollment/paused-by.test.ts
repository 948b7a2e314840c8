import { describe, expect, it } from 'vitest';
import { whenPaused, whoPaused, whoPausedSince } from '../../../src/domain/enrollment/paused-by.js';
import { statusOf } from '../../../src/domain/enrollment/status.js';
import { started } from './cases.js';

const since = '2026-11-26T22:00:00.000Z';
const ada = { kind: 'user', id: 'u-1', name: 'Ada', since } as const;
const said = 'Thu 26 Nov 2026 17:00 New York';

describe('who paused', () => {
  it.each([
    [ada, 'by Ada'],
    [{ ...ada, name: null }, 'by a user who was erased'],
    [{ kind: 'api_key', name: null }, 'by an API key that names no user'],
    [{ kind: 'operator', name: null }, 'in Temporal'],
    [{ kind: 'system', name: null }, 'automatically'],
  ] as const)('%o: %s', (by, text) => {
    expect(whoPaused(by)).toBe(text);
  });

  it('is said with the time, in the zone that is asked for', () => {
    expect(whenPaused(ada, 'America/New_York')).toBe(`by Ada on ${said}`);
    expect(whoPausedSince(ada, 'America/New_York')).toBe(`by Ada since ${said}`);
  });
});

describe('the explanation of a paused enrollment', () => {
  const paused = (pausedUntil: string | null) => {
    const current = started();
    const standing = {
      ...current.standing,
      ...({ state: 'paused', reason: 'manual', nextAt: null, pausedState: 'active' } as const),
      pausedUntil,
    };
    return { ...current, standing };
  };

  it('5.5: names who paused and since when', () => {
    expect(statusOf({ ...paused(null), pausedBy: ada }).why).toBe(
      `Paused by Ada (manual) since ${said} before step 1 (automated email).`,
    );
  });

  it('5.5: names the zone once where it tells two times', () => {
    expect(statusOf({ ...paused('2026-12-01T22:00:00.000Z'), pausedBy: ada }).why).toBe(
      'Paused by Ada (manual) since Thu 26 Nov 17:00 before step 1 (automated email), until Tue 1 Dec 2026 17:00 New York.',
    );
  });

  it('names nobody where nobody is said, as for Temporal', () => {
    expect(statusOf(paused(null)).why).toBe('Paused (manual) before step 1 (automated email).');
  });
});
