import { describe, expect, it } from 'vitest';
import { createCallPlaces, type CallPlaces } from '../../../src/api/http/call-places.js';

const caps = { calls: 2, heavy: 1 };

/** Work that goes on until it is told to end. */
function hold(places: CallPlaces, kind: 'calls' | 'heavy', accountId: string) {
  let begun = false;
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const done = places.within(kind, accountId, () => {
    begun = true;
    return held;
  });
  return { hasBegun: () => begun, end, done };
}

const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => error);
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('the places of a process', () => {
  it('are so many for an account of each kind; another account has its own', async () => {
    const places = createCallPlaces({ caps, waitMs: 60_000 });
    const greedy = [1, 2, 3].map(() => hold(places, 'calls', 'greedy'));
    const modest = hold(places, 'calls', 'modest');
    const heavy = hold(places, 'heavy', 'greedy');
    await soon();
    expect([...greedy, modest, heavy].map((each) => each.hasBegun())).toEqual([
      ...[true, true, false],
      ...[true, true],
    ]);
    for (const each of [...greedy, modest, heavy]) each.end();
    await Promise.all([...greedy, modest, heavy].map(({ done }) => done));
  });

  it('go to who has waited longest, also after work that failed', async () => {
    const places = createCallPlaces({ caps, waitMs: 60_000 });
    let fail = (): void => undefined;
    const failing = refusalOf(
      places.within('heavy', 'a', () => {
        return new Promise((_resolve, reject) => {
          fail = () => {
            reject(new Error('failed'));
          };
        });
      }),
    );
    await soon();
    const [first, second] = [hold(places, 'heavy', 'a'), hold(places, 'heavy', 'a')];
    fail();
    expect(await failing).toMatchObject({ message: 'failed' });
    await soon();
    expect([first.hasBegun(), second.hasBegun()]).toEqual([true, false]);
    first.end();
    second.end();
    await Promise.all([first.done, second.done]);
    expect(await places.within('heavy', 'a', () => Promise.resolve('done'))).toBe('done');
  });

  it('are refused after the wait, with when to come again, and to nobody who would wait too long a row', async () => {
    const places = createCallPlaces({ caps, waitMs: 50 });
    const holder = hold(places, 'heavy', 'a');
    await soon();
    const begun = performance.now();
    const waiting = Array.from({ length: 10 }, () => refusalOf(hold(places, 'heavy', 'a').done));
    const refused = await refusalOf(hold(places, 'heavy', 'a').done);
    expect(performance.now() - begun).toBeLessThan(50);
    for (const each of [refused, ...(await Promise.all(waiting))]) {
      expect(each).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 5 } });
    }
    holder.end();
    await holder.done;
    expect(await places.within('heavy', 'a', () => Promise.resolve('free'))).toBe('free');
  });
});
