import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awaitPassword } from '../../../src/domain/enrollment/postpone.js';
import { nextLook } from '../../../src/domain/sending/unreadable-password.js';
import { later } from '../../../src/domain/time/instant.js';
import { by, monday, started } from '../enrollment/cases.js';

const id = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f0000';
const minutes = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 60_000;

describe('a mail whose mailbox’s password cannot be opened', () => {
  it('is looked at again after a minute, then after as long as it has waited, at most half an hour', () => {
    let now = monday;
    const waits: number[] = [];
    for (let look = 0; look < 8; look += 1) {
      const next = nextLook(monday, now, id);
      waits.push(minutes(now, next));
      now = next;
    }
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 30, 30]);
  });

  it('never waits less than a minute nor more than half of one above half an hour', () => {
    const waited = fc.integer({ min: -1, max: 400 * 86_400_000 });
    fc.assert(
      fc.property(waited, fc.uuid(), (waitedMs, sendId) => {
        const now = later(monday, waitedMs);
        const waits = minutes(now, nextLook(monday, now, sendId));
        expect(waits).toBeGreaterThanOrEqual(1);
        expect(waits).toBeLessThan(30.5);
      }),
    );
  });

  it('has its enrollment wait, which says since when', () => {
    const current = started();
    const first = awaitPassword(current, id, by(monday));
    const why = [{ rule: 'password_unreadable', since: monday }];
    const after = later(monday, 60_000);
    expect(first.standing).toEqual({ ...current.standing, nextAt: after, why });
    expect(first.log).toMatchObject([{ type: 'rescheduled', data: { next: { at: after, why } } }]);
    const second = awaitPassword({ ...current, standing: first.standing }, id, by(after));
    expect(second.standing).toMatchObject({ nextAt: later(monday, 120_000), why });
  });
});
