import { describe, expect, it } from 'vitest';
import { createRequestMeters, type RequestRates } from '../../../src/api/http/request-rates.js';

function start(rates: RequestRates) {
  const clock = { ms: 1000 };
  const meters = createRequestMeters(rates, () => clock.ms);
  const draw = (key: string, accountId = 'a') =>
    (meters.known(headerOf(key)) ?? meters.meet(headerOf(key), { accountId, keyId: key })).draw();
  const takenOf = (key: string, times: number, accountId?: string): number => {
    const draws = Array.from({ length: times }, () => draw(key, accountId));
    return draws.filter(({ retryAfter }) => retryAfter === undefined).length;
  };
  return { clock, meters, draw, takenOf };
}

const headerOf = (key: string): string => (key.includes(' ') ? key : `Bearer ${key}`);

describe('the requests of a key', () => {
  it('are those of one key, however its header is written', () => {
    const { takenOf } = start({ keyPerSecond: 10, accountPerSecond: 0 });
    expect(takenOf('Bearer k', 150)).toBe(100);
    for (const header of ['Bearer   k', 'BEARER k', 'bEaReR  k'])
      expect(takenOf(header, 9)).toBe(0);
    expect(takenOf('Bearer other', 9)).toBe(9);
  });

  it('may come ten seconds’ worth at once, then as fast as the rate', () => {
    const { clock, takenOf } = start({ keyPerSecond: 10, accountPerSecond: 0 });
    expect(takenOf('k', 150)).toBe(100);
    clock.ms += 1000;
    expect(takenOf('k', 50)).toBe(10);
    clock.ms += 3_600_000;
    expect(takenOf('k', 150)).toBe(100);
  });

  it('say how many are left, until when all are there again, and when to come again', () => {
    const { clock, draw, takenOf } = start({ keyPerSecond: 2, accountPerSecond: 3 });
    expect(draw('k')).toEqual({
      headers: {
        'RateLimit-Policy': '"key";q=20;w=10, "account";q=30;w=10',
        RateLimit: '"key";r=19;t=1, "account";r=29;t=1',
      },
      retryAfter: undefined,
    });
    takenOf('k', 100);
    const { headers, retryAfter } = draw('k');
    expect([retryAfter, headers['RateLimit']]).toEqual([1, '"key";r=0;t=10, "account";r=10;t=7']);
    clock.ms += 499;
    expect(draw('k').retryAfter).toBe(1);
    clock.ms += 1;
    expect(draw('k').retryAfter).toBeUndefined();
  });

  it('wait for whole seconds where the rate is slow', () => {
    const { draw, takenOf } = start({ keyPerSecond: 1, accountPerSecond: 0 });
    takenOf('k', 10);
    expect(draw('k').retryAfter).toBe(1);
  });

  it('that are refused count for nothing', () => {
    const { clock, takenOf } = start({ keyPerSecond: 1, accountPerSecond: 0 });
    takenOf('k', 1000);
    clock.ms += 2000;
    expect(takenOf('k', 10)).toBe(2);
  });
});

describe('the requests of an account', () => {
  it('are those of all its keys, and no other account’s', () => {
    const { takenOf } = start({ keyPerSecond: 10, accountPerSecond: 15 });
    expect(takenOf('k1', 200)).toBe(100);
    expect(takenOf('k2', 200)).toBe(50);
    expect(takenOf('k3', 200, 'b')).toBe(100);
  });

  it('are any number at a rate of 0, without a header', () => {
    const { draw, takenOf } = start({ keyPerSecond: 0, accountPerSecond: 0 });
    expect(takenOf('k', 5000)).toBe(5000);
    expect(draw('k').headers).toEqual({});
  });
});

describe('what is kept of callers', () => {
  it('is known while a request of theirs counts, and forgotten once none does', () => {
    const { clock, meters, draw } = start({ keyPerSecond: 1, accountPerSecond: 1 });
    expect(meters.known(headerOf('k'))).toBeUndefined();
    for (let times = 0; times < 10; times += 1) draw('k');
    expect(meters.known(headerOf('k'))?.counted).toEqual({ accountId: 'a', keyId: 'k' });
    clock.ms += 61_000;
    draw('other');
    expect(meters.known(headerOf('k'))).toBeUndefined();
    expect(meters.known(headerOf('other'))).toBeDefined();
  });
});
