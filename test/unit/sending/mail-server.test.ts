import { describe, expect, it, test } from 'vitest';
import {
  afterFailure,
  afterRest,
  duringTrial,
  turnAt,
  type MailServerStanding,
} from '../../../src/domain/sending/mail-server.js';
import { printable } from '../../../src/domain/sending/printable.js';

const noon = '2026-11-26T12:00:00.000Z';
const minutesLater = (minutes: number): string =>
  new Date(Date.parse(noon) + minutes * 60_000).toISOString();

/** The standing after so many failures in a row at noon. */
function failed(times: number): MailServerStanding | undefined {
  let standing: MailServerStanding | undefined;
  for (let time = 0; time < times; time += 1) {
    standing = afterFailure(standing, false, noon) ?? standing;
  }
  return standing;
}

describe('a mail server that fails', () => {
  it('is used until its fifth failure in a row, and then rests for a minute', () => {
    expect(turnAt(undefined, noon)).toEqual({ kind: 'go' });
    expect(turnAt(failed(4), noon)).toEqual({ kind: 'go' });
    expect(failed(5)).toEqual({ failures: 5, rests: 1, restsUntil: minutesLater(1) });
    expect(turnAt(failed(5), noon)).toEqual({ kind: 'wait', until: minutesLater(1) });
  });

  it('rests no longer for those that were under way when its rest began', () => {
    expect(failed(50)).toEqual(failed(5));
    expect(afterFailure(failed(5), false, minutesLater(0.5))).toBeUndefined();
  });

  it('lets one mail try after its rest, while the others wait for that', () => {
    const rested = failed(5);
    if (rested === undefined) throw new Error('it does not rest');
    expect(turnAt(rested, minutesLater(1))).toEqual({ kind: 'trial' });
    const tried = duringTrial(rested, minutesLater(1), 35_000);
    expect(turnAt(tried, minutesLater(1))).toMatchObject({ kind: 'wait' });
    // A worker that dies in its trial leaves the next one to others.
    expect(turnAt(tried, minutesLater(2))).toEqual({ kind: 'trial' });
  });

  it('rests twice as long after each trial that fails, at most half an hour', () => {
    let standing = failed(5);
    const rests = [1, 2, 3, 4, 5, 6, 7].map(() => {
      standing = afterFailure(standing, true, noon);
      return (Date.parse(standing?.restsUntil ?? '') - Date.parse(noon)) / 60_000;
    });
    expect(rests).toEqual([2, 4, 8, 16, 30, 30, 30]);
  });

  it('is asked again by its mails over half a minute', () => {
    const ids = ['a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000ffff'];
    const [first = '', last = ''] = ids.map((id) => afterRest(noon, id));
    expect(first).toBe(noon);
    expect(last > noon && last < minutesLater(0.5)).toBe(true);
  });
});

test.each([
  ['two\r\nlines\u0000 and \u001b[31mcolour', 'two lines and [31mcolour'],
  ['  \u202eright to left ', 'right to left'],
  ['x'.repeat(500), 'x'.repeat(200)],
  ['\ud800broken', 'broken'],
  ['😀'.repeat(300), '😀'.repeat(200)],
])('the words of a mail server are data: %j', (said, shown) => {
  expect(printable(said)).toBe(shown);
});
