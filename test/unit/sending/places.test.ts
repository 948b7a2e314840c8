import { describe, expect, it } from 'vitest';
import { batchCaps, createPlaces, mailCaps } from '../../../src/activities/places.js';

/** Places under a clock of the test. */
function open(caps = { accountAtHost: 9, host: 2, mailbox: 2, account: 3 }) {
  const clock = { ms: 0 };
  const places = createPlaces(caps, () => clock.ms);
  const take = (id: string, more: object = {}) =>
    places.take(id, {
      ...{ accountAtHost: 'one bad:25', host: 'bad:25', mailbox: id, account: 'one' },
      ...more,
    });
  const waitOf = (id: string): number => {
    const placed = take(id);
    return placed.kind === 'full' ? placed.waitMs : Number.NaN;
  };
  return { clock, take, waitOf, stillFull: (id: string) => places.stillFull(id) };
}

describe('the places of a worker', () => {
  it('a host has a quarter of the slots, an account half, a mailbox a twentieth, each at least one', () => {
    expect(mailCaps(100)).toEqual({ accountAtHost: 12, host: 25, mailbox: 5, account: 50 });
    expect(mailCaps(1)).toEqual({ accountAtHost: 1, host: 1, mailbox: 1, account: 1 });
  });

  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 3],
    [100, 50],
  ])('of %i slots for batches an account has %i', (slots, account) => {
    expect(batchCaps(slots)).toEqual({ account });
  });

  it.each([
    ['host', {}, { host: 'good:25' }],
    ['mailbox', { mailbox: 'm' }, { mailbox: 'n', host: 'good:25' }],
    ['account', { host: 'a' }, { account: 'two', host: 'b' }],
  ] as const)('no more than its cap for one %s, and as many for another', (by, same, other) => {
    const { take } = open({ accountAtHost: 9, host: 9, mailbox: 9, account: 9, [by]: 2 });
    expect(take('1', same).kind).toBe('taken');
    expect(take('2', same).kind).toBe('taken');
    expect(take('3', same)).toMatchObject({ kind: 'full', by });
    expect(take('4', other).kind).toBe('taken');
  });

  it('of one host’s places an account leaves some to another, however many of its mails wait', () => {
    const { take, clock } = open({ accountAtHost: 1, host: 2, mailbox: 9, account: 9 });
    take('1');
    for (const id of ['2', '3', '4']) {
      expect(take(id)).toMatchObject({ kind: 'full', by: 'accountAtHost' });
    }
    clock.ms += 60_000;
    const other = { accountAtHost: 'two bad:25', account: 'two' };
    expect(take('5', other).kind).toBe('taken');
    expect(take('6', other)).toMatchObject({ kind: 'full', by: 'accountAtHost' });
  });

  it('a place that was left is free, and left twice only once', () => {
    const { take } = open();
    const first = take('1');
    take('2');
    expect(take('3').kind).toBe('full');
    if (first.kind === 'taken') {
      first.leave();
      first.leave();
    }
    expect(take('3').kind).toBe('taken');
    expect(take('4').kind).toBe('full');
  });

  it('who waited comes before who asks later, and nobody is kept for who does not come', () => {
    const { take, clock } = open();
    const held = [take('1'), take('2')];
    const waits = take('3');
    if (waits.kind !== 'full') throw new Error('there was room');
    clock.ms += waits.waitMs;
    for (const place of held.slice(0, 1)) if (place.kind === 'taken') place.leave();
    expect(take('4').kind).toBe('full');
    expect(take('3').kind).toBe('taken');
    for (const place of held.slice(1)) if (place.kind === 'taken') place.leave();
    clock.ms += 60_000;
    expect(take('5').kind).toBe('taken');
  });

  it('the wait grows with the row and with how long those under way have lasted', () => {
    const { take, clock, waitOf } = open();
    take('1');
    take('2');
    const row = ['3', '4', '5', '6'].map(waitOf);
    expect(row).toEqual(row.toSorted((a, b) => a - b));
    expect(new Set(row).size).toBe(4);
    clock.ms += 20_000;
    expect(waitOf('7')).toBe(20_000);
    expect(waitOf('8')).toBe(30_000);
  });

  it('who asks again keeps its place in the row: the first comes more often than the last', () => {
    const { take, clock, waitOf } = open();
    take('1');
    take('2');
    for (const id of ['3', '4', '5']) waitOf(id);
    clock.ms += 4_000;
    expect(['5', '3', '4'].map(waitOf)).toEqual([9_500, 5_500, 7_500]);
  });

  it('where places are left as usual, nobody waits for more than those before it', () => {
    const { take, clock, waitOf } = open();
    const first = take('1');
    take('2');
    clock.ms += 3_000;
    if (first.kind === 'taken') first.leave();
    take('3');
    clock.ms += 800;
    // A stay lasts a second now, and those two have lasted 2.3 s on average.
    expect(waitOf('4')).toBe(1_150);
  });

  it('of who was refused a place a moment ago it is known whether there is one, of others it is not', () => {
    const { take, clock, stillFull } = open();
    const first = take('1');
    take('2');
    expect(stillFull('3')).toBeUndefined();
    take('3');
    expect(stillFull('3')).toMatchObject({ kind: 'full', by: 'host' });
    expect(stillFull('4')).toBeUndefined();
    clock.ms += 4_000;
    expect(stillFull('3')).toMatchObject({ kind: 'full' });
    if (first.kind === 'taken') first.leave();
    clock.ms += 500;
    expect(stillFull('3')).toBeUndefined();
    expect(take('3').kind).toBe('taken');
    expect(stillFull('3')).toBeUndefined();
  });

  it('who was refused is looked at anew after five seconds, though there still is no place', () => {
    const { take, clock, stillFull } = open();
    take('1');
    take('2');
    take('3');
    clock.ms += 5_000;
    expect(stillFull('3')).toBeUndefined();
    expect(take('3').kind).toBe('full');
    expect(stillFull('3')).toMatchObject({ kind: 'full' });
  });
});
