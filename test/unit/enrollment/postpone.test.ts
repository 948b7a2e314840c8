import { describe, expect, it } from 'vitest';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import {
  afterNoConnection,
  afterRefusal,
  afterSoftBounce,
  awaitedSlot,
  awaitSlot,
  beginAtSlot,
  hasCome,
  lateEmail,
  postpone,
  slotState,
} from '../../../src/domain/enrollment/postpone.js';
import { by, monday, started } from './cases.js';

/** An enrollment whose next step is a follow-up, in New York. */
const followUp: EnrollmentCase = {
  ...started(),
  standing: { ...started().standing, stepId: 'two', lastDoneAt: monday },
};
const minutesLater = (from: string, to: string | undefined): number =>
  (Date.parse(to ?? '') - Date.parse(from)) / 60_000;

describe('a step that is put off', () => {
  it('5.5: says in the log what comes next, and why then', () => {
    const why = [{ rule: 'deferred', at: monday }] as const;
    const nextAt = '2026-11-23T15:05:00.000Z';
    const record = { type: 'email_deferred', data: { sendId: 's' } } as const;
    const decision = postpone(followUp, { nextAt, why }, by(monday), record);
    expect(decision).toMatchObject({
      kind: 'decision',
      standing: { ...followUp.standing, nextAt, why },
      log: [
        {
          type: 'email_deferred',
          stepId: 'two',
          at: monday,
          data: { sendId: 's', next: { stepId: 'two', at: nextAt, why } },
        },
      ],
    });
  });

  it('comes when its time has, not before, and never while a person is waited for', () => {
    const { standing } = started();
    expect(hasCome(standing, monday)).toBe(true);
    expect(hasCome(standing, '2026-11-23T15:00:00.001Z')).toBe(true);
    expect(hasCome(standing, '2026-11-23T14:59:59.999Z')).toBe(false);
    expect(hasCome({ ...standing, nextAt: null }, monday)).toBe(false);
  });
});

describe('an email that waits for its slot', () => {
  const at = '2026-11-24T15:00:00.000Z';
  const slot = { at, limit: 'user_day' } as const;
  const why = [{ rule: 'send_limit', limit: 'user_day', movedTo: at }];

  it('LIM-08: is merely later when it is a follow-up', () => {
    expect(awaitSlot(followUp, slot, by(monday))).toMatchObject({
      kind: 'decision',
      standing: { state: 'active', reason: null, stepId: 'two', nextAt: at, why },
      log: [{ type: 'rescheduled', data: { next: { stepId: 'two', at, why } } }],
    });
  });

  it.each([
    ['user_day', 'send_limit'],
    ['mailbox_minute', 'no_slot'],
    ['pace', 'no_slot'],
  ] as const)('ERR-01 LIM-07: of the first step is scheduled; %s as %s', (limit, reason) => {
    const held = { at, limit };
    const expected = {
      state: 'scheduled',
      reason,
      stepId: 'one',
      nextAt: at,
      why: [{ rule: 'send_limit', limit, movedTo: at }],
    };
    expect(awaitSlot(started(), held, by(monday)).standing).toMatchObject(expected);
    expect(beginAtSlot(started().standing, held)).toMatchObject(expected);
  });

  it('LIM-08: is active as a follow-up, whatever held it', () => {
    expect(slotState(monday, slot)).toEqual({ state: 'active', reason: null });
  });

  it('LIM-08: tells its slot, behind whatever rules', () => {
    const { standing } = awaitSlot(followUp, slot, by(monday));
    const resumed = { rule: 'resumed', at: monday, restMs: 0 } as const;
    expect(awaitedSlot({ ...standing, why: [resumed, ...standing.why] })).toEqual(slot);
    expect(awaitedSlot({ ...standing, why: [resumed] })).toBeUndefined();
    expect(awaitedSlot(followUp.standing)).toBeUndefined();
  });
});

describe('an email that was refused for now', () => {
  it.each([
    [1, 5],
    [2, 15],
    [3, 45],
    [4, 120],
    [5, 240],
  ])('is tried again after attempt %i in %i minutes', (attempts, minutes) => {
    expect(minutesLater(monday, afterSoftBounce(followUp, attempts, monday))).toBe(minutes);
  });

  it('of a task is tried again after the same gaps, and given up after the last', () => {
    const waits = [1, 2, 3, 4, 5].map((n) => minutesLater(monday, afterRefusal(n, monday)));
    expect(waits).toEqual([5, 15, 45, 120, 240]);
    expect(afterRefusal(6, monday)).toBeUndefined();
  });

  it('is given up for the day after the last gap, and gets a fresh round when it is resumed', () => {
    expect(afterSoftBounce(followUp, 6, monday)).toBeUndefined();
    expect(minutesLater(monday, afterSoftBounce(followUp, 7, monday))).toBe(5);
  });

  it('is given up when the gap would leave the send window', () => {
    const lateAfternoon = '2026-11-23T22:50:00.000Z';
    expect(afterSoftBounce(followUp, 1, lateAfternoon)).toBe('2026-11-23T22:55:00.000Z');
    expect(afterSoftBounce(followUp, 2, lateAfternoon)).toBeUndefined();
  });

  it('SET-01: is held to no window when it is the first step, only to the day', () => {
    const night = '2026-11-24T04:00:00.000Z';
    expect(minutesLater(night, afterSoftBounce(started(), 1, night))).toBe(5);
    expect(afterSoftBounce(started(), 4, night)).toBeUndefined();
  });
});

describe('a mail server that cannot be reached', () => {
  it('is tried again soon at first, then hourly, for ever', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) =>
      minutesLater(monday, afterNoConnection(attempts, monday)),
    );
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });
});

describe('an email that comes late', () => {
  it('SET-07: waits for the window of the next eligible day', () => {
    expect(lateEmail(followUp, '2026-11-28T15:00:00.000Z')?.nextAt).toBe(
      '2026-11-30T13:00:00.000Z',
    );
    expect(lateEmail(followUp, '2026-11-24T04:00:00.000Z')?.nextAt).toBe(
      '2026-11-24T13:00:00.000Z',
    );
  });

  it('goes out at once where that is allowed, and always when it is the first step', () => {
    expect(lateEmail(followUp, monday)).toBeUndefined();
    expect(lateEmail(started(), '2026-11-28T15:00:00.000Z')).toBeUndefined();
  });
});
