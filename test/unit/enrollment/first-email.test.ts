import { describe, expect, it } from 'vitest';
import { changeVersion } from '../../../src/domain/enrollment/change-version.js';
import { noHolidays, type EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import { afterLeaveChange } from '../../../src/domain/enrollment/leave.js';
import { hold, lift } from '../../../src/domain/enrollment/pause.js';
import { awaitServer, awaitSlot, lateEmail } from '../../../src/domain/enrollment/postpone.js';
import { begin, goOn } from '../../../src/domain/enrollment/progress.js';
import { statusOf } from '../../../src/domain/enrollment/status.js';
import type { SequenceDefinition } from '../../../src/domain/sequence/definition.js';
import { by, call, definition, email } from './cases.js';

const timeZone = 'America/New_York';
/** Sunday 04:16 and 23:00, Monday 08:00, 18:00 and 23:00, Tuesday 08:00 in New York. */
const sunday = '2026-11-29T09:16:00.000Z';
const sundayLate = '2026-11-30T04:00:00.000Z';
const monday = '2026-11-30T13:00:00.000Z';
const mondayEvening = '2026-11-30T23:00:00.000Z';
const tuesday = '2026-12-01T13:00:00.000Z';

const settings = { ...definition.settings, firstEmailInWindow: true };
const held: SequenceDefinition = { ...definition, settings };

function begun(
  at: string,
  { definition: version = held, ...more }: Partial<EnrollmentCase> = {},
): EnrollmentCase & { readonly ran: ReadonlySet<string> } {
  const standing = begin(version, { at, timeZone, ...more });
  const rest = { timeZone, holidays: noHolidays, openTasks: [], ran: new Set<string>() };
  return { ...rest, ...more, definition: version, standing };
}
const moved = (current: ReturnType<typeof begun>, version: SequenceDefinition, at: string) =>
  changeVersion(
    current,
    { fromVersion: 1, toVersion: 2, definition: version, holidays: noHolidays },
    by(at),
  ).standing;

describe('SET-01: a first email that waits for the send window', () => {
  it.each([
    ['in the window', monday, monday, ['at_once']],
    ['on a weekend', sunday, monday, ['at_once', 'weekend', 'before_window']],
    ['in the evening', mondayEvening, tuesday, ['at_once', 'after_window']],
  ])('begins %s', (_when, at, nextAt, rules) => {
    const { standing } = begun(at);
    expect(standing).toMatchObject({ state: 'active', reason: null, nextAt });
    expect(standing.why.map(({ rule }) => rule)).toEqual(rules);
  });

  it('heeds holidays, leaves and the working week like a follow-up', () => {
    const holidays = new Set(['2026-11-30']);
    expect(begun(sunday, { holidays }).standing.nextAt).toBe(tuesday);
    const email = [{ from: sunday, until: tuesday }];
    expect(begun(sunday, { absences: { email, task: [] } }).standing.nextAt).toBe(tuesday);
    expect(begun(sunday, { workingDays: ['tuesday'] }).standing.nextAt).toBe(tuesday);
  });

  it('says in the summary what it waits for', () => {
    expect(statusOf(begun(sunday)).summary).toMatch(/^next send window → step 1 of 4, Mon 30 Nov/);
  });

  it('is held by the window when it comes late, others are not', () => {
    const current = begun(monday);
    expect(lateEmail(current, mondayEvening)?.nextAt).toBe(tuesday);
    expect(lateEmail({ ...current, firstStepAt: monday }, mondayEvening)).toBeUndefined();
    expect(lateEmail({ ...current, definition }, mondayEvening)).toBeUndefined();
  });

  it('SET-05: is followed at the time of day of the start, or from the window on where that is past it', () => {
    const after = (at: string) =>
      goOn(begun(at), 'one', by(monday), { type: 'email_sent', data: {} }).standing;
    // 10:00 on Sunday.
    expect(after('2026-11-29T15:00:00.000Z').nextAt).toBe('2026-12-02T15:00:00.000Z');
    expect(after(sundayLate)).toMatchObject({
      wantedClockMs: 8 * 3_600_000,
      nextAt: '2026-12-02T13:00:00.000Z',
    });
  });

  it('12: a pause keeps no rest of it, but one of a server that is to be tried again', () => {
    const current = begun(sunday);
    const wide = { reason: 'manual', until: null } as const;
    const paused = { ...current, standing: hold(current, wide, by(sunday)).standing };
    expect(paused.standing.restMs).toBe(0);
    expect(lift(paused, by(mondayEvening)).standing).toMatchObject({
      ...{ state: 'active', nextAt: tuesday },
      why: [{ rule: 'resumed', restMs: 0 }, { rule: 'after_window' }],
    });
    expect(lift(paused, by(monday)).standing.nextAt).toBe(monday);
    const put = awaitServer(begun(monday), '2026-11-30T13:10:00.000Z', by(monday)).standing;
    const put2 = hold({ ...current, standing: put }, wide, by(monday)).standing;
    expect(put2.restMs).toBe(600_000);
  });
});

describe('SET-22: a first email whose sequence is edited', () => {
  it('waits for the window from then on, or no longer', () => {
    const off = begun(sunday, { definition });
    expect(moved(off, held, sunday)).toMatchObject({
      nextAt: monday,
      why: [{ rule: 'at_once' }, { rule: 'weekend' }, { rule: 'before_window' }],
    });
    expect(moved(begun(sunday), definition, sundayLate)).toMatchObject({
      nextAt: sundayLate,
      why: [{ rule: 'at_once' }],
    });
  });

  it('follows the window of the later version', () => {
    const early = { ...held, settings: { ...settings, sendWindowStartMinute: 7 * 60 } };
    expect(moved(begun(sunday), early, sunday).nextAt).toBe('2026-11-30T12:00:00.000Z');
    expect(moved(begun(sunday), held, sundayLate).nextAt).toBe(monday);
  });

  it.each(['mailbox_minute', 'mailbox_day'] as const)(
    'is shown in the window though it waits for a slot (%s), and back at its slot without one',
    (limit) => {
      const off = begun(sunday, { definition });
      const slot = { at: mondayEvening, limit };
      const waiting = { ...off, standing: awaitSlot(off, slot, by(sunday)).standing };
      const standing = moved(waiting, held, sunday);
      expect(standing).toMatchObject({
        ...{ state: 'scheduled', nextAt: tuesday },
        why: [{ rule: 'send_limit', movedTo: mondayEvening }, { rule: 'after_window' }],
      });
      const on = { ...waiting, definition: held, standing };
      expect(moved(on, definition, sundayLate)).toMatchObject({
        nextAt: mondayEvening,
        why: [{ rule: 'send_limit' }],
      });
      expect(moved(waiting, held, mondayEvening).nextAt).toBe(tuesday);
      const paused = {
        ...on,
        standing: hold(on, { reason: 'manual', until: null }, by(sunday)).standing,
      };
      expect(lift(paused, by(sundayLate)).standing).toMatchObject({
        ...{ state: 'scheduled', nextAt: tuesday },
        why: [{ rule: 'resumed' }, { rule: 'send_limit' }, { rule: 'after_window' }],
      });
    },
  );

  it('2.2: a follow-up that waits for a slot while it is paused finds the later window on resuming', () => {
    const second = goOn(begun(monday), 'one', by(monday), {
      type: 'email_sent',
      data: {},
    }).standing;
    const current = { ...begun(monday), standing: second, ran: new Set(['one']) };
    const slot = { at: '2026-12-03T22:30:00.000Z', limit: 'mailbox_day' } as const;
    const waiting = { ...current, standing: awaitSlot(current, slot, by(tuesday)).standing };
    const wide = { reason: 'manual', until: null } as const;
    const paused = { ...waiting, standing: hold(waiting, wide, by(tuesday)).standing };
    const short = { ...held, settings: { ...settings, sendWindowEndMinute: 17 * 60 } };
    const after = { ...paused, definition: short, standing: moved(paused, short, tuesday) };
    expect(lift(after, by(tuesday)).standing.nextAt).toBe('2026-12-04T13:00:00.000Z');
  });

  it('stays where it may go already, was chosen, or waits for a slot or a server', () => {
    expect(moved(begun(monday, { definition }), held, monday).nextAt).toBe(monday);
    const chosen = begun(sunday, { definition, firstStepAt: sunday });
    expect(moved(chosen, held, sunday).nextAt).toBe(sunday);
    const current = begun(sunday, { definition });
    const slot = { at: tuesday, limit: 'mailbox_day' } as const;
    for (const { standing } of [
      awaitSlot(current, slot, by(sunday)),
      awaitServer(current, tuesday, by(sunday)),
    ]) {
      expect(moved({ ...current, standing }, held, sunday).nextAt).toBe(tuesday);
    }
  });

  it('takes the place of a first step that was deleted, in its window', () => {
    const task = { ...held, steps: [call('call', 0, true), email('mail', 1)] };
    const without = { ...task, steps: [email('mail', 1)] };
    const current = begun(sunday, { definition: task });
    expect(current.standing.nextAt).toBe(sunday);
    expect(moved(current, without, sunday)).toMatchObject({ stepId: 'mail', nextAt: monday });
  });
});

describe('SET-01: a first email whose sender goes on leave', () => {
  const absences = { email: [{ from: sunday, until: tuesday }], task: [] };
  const none = { email: [], task: [] };

  it('waits for the window after the return, and for the first one when the leave is taken back', () => {
    const waiting = begun(sunday);
    const away = afterLeaveChange({ ...waiting, absences }, none, by(sunday));
    expect(away?.standing.nextAt).toBe(tuesday);
    const back = { ...waiting, standing: away?.standing ?? waiting.standing, absences: none };
    expect(afterLeaveChange(back, absences, by(sunday))?.standing.nextAt).toBe(monday);
    expect(
      afterLeaveChange({ ...back, absences }, absences, by(sunday))?.standing.nextAt,
    ).toBeUndefined();
  });
});
