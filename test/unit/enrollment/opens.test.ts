import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeVersion } from '../../../src/domain/enrollment/change-version.js';
import { noHolidays, type EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import { afterLeaveChange } from '../../../src/domain/enrollment/leave.js';
import { pauseForAbsence } from '../../../src/domain/enrollment/pause-until.js';
import { overlay } from '../../../src/domain/enrollment/overlay.js';
import { playThrough } from '../../../src/domain/enrollment/play-through/play-through.js';
import { goOn } from '../../../src/domain/enrollment/progress.js';
import type { SequenceDefinition } from '../../../src/domain/sequence/definition.js';
import { absenceAt, absencesOf, noAbsences } from '../../../src/domain/time/leave.js';
import type { Instant, SendTime } from '../../../src/domain/time/types.js';
import { by, definition, email, monday, started } from './cases.js';

const withSendTime = (
  sendTime: SendTime,
  changes: Partial<SequenceDefinition['settings']> = {},
  delayDays = 2,
): SequenceDefinition => ({
  steps: [email('one', 0), email('two', delayDays), email('last', 3)],
  settings: { ...definition.settings, ...changes, sendTime },
});
const fromOpens = withSendTime('from_opens');
const sameTime = withSendTime('same_time');

/** Opens at such an hour in New York, before the clocks are put back there. */
const opensAt = (hour: number, count = 4): readonly Instant[] =>
  Array.from({ length: count }, (_, day) =>
    new Date(Date.UTC(2026, 9, 1 + day, hour + 4, 5)).toISOString(),
  );

/** "one" was sent on Monday 10:00 in New York; "two" is due on Wednesday. */
function waiting(steps: SequenceDefinition, opens: readonly Instant[]): EnrollmentCase {
  const current = { ...started(steps), opens };
  const { standing } = goOn(current, 'one', by(monday), { type: 'email_sent', data: {} });
  return { ...current, standing };
}
const move = (current: EnrollmentCase, to: SequenceDefinition) =>
  changeVersion(
    { ...current, ran: new Set(['one']) },
    { fromVersion: 1, toVersion: 2, definition: to, holidays: noHolidays },
    by('2026-11-23T18:00:00.000Z'),
  ).standing;
const wednesdayAt = (hour: number) => `2026-11-25T${String(hour + 5).padStart(2, '0')}:00:00.000Z`;

describe('a sequence that sends when its contact usually opens mail', () => {
  it('SET-01 SET-08: does so for each follow-up, and never for the first step', () => {
    const play = {
      ...{ definition: fromOpens, timeZone: 'America/New_York', holidays: noHolidays },
      ...{ at: monday, script: [], completeTasksAfterDays: 0, opens: opensAt(14) },
    };
    const planned = playThrough(play).steps.map(({ plannedAt }) => plannedAt);
    expect(planned).toEqual([monday, wednesdayAt(14), '2026-11-30T19:00:00.000Z']);
    const plain = playThrough({ ...play, definition: sameTime });
    expect(plain.steps[1]?.plannedAt).toBe(wednesdayAt(10));
  });

  it('SET-11: is overridden for one enrollment', () => {
    const own = overlay(sameTime, { settings: { sendTime: 'from_opens' } });
    expect(waiting(own, opensAt(14)).standing.nextAt).toBe(wednesdayAt(14));
    const plain = overlay(fromOpens, { settings: { sendTime: 'same_time' } });
    expect(waiting(plain, opensAt(14)).standing.nextAt).toBe(wednesdayAt(10));
  });

  it('EDT-10 SET-08: is what a move to a version with the setting makes of it, and back', () => {
    const current = waiting(sameTime, opensAt(14));
    const moved = move(current, fromOpens);
    expect(moved.nextAt).toBe(wednesdayAt(14));
    const back = move({ ...current, definition: fromOpens, standing: moved }, sameTime);
    expect(back.nextAt).toBe(wednesdayAt(10));
  });

  it('SET-08: a move that plans anew does so by all opens', () => {
    const current = waiting(fromOpens, opensAt(14));
    const later = { ...current, opens: [...opensAt(14), ...opensAt(9, 9)] };
    expect(move(later, withSendTime('from_opens', {}, 1)).nextAt).toBe('2026-11-24T14:00:00.000Z');
    // The window no longer holds the time that it was planned for.
    const short = withSendTime('from_opens', { sendWindowEndMinute: 720 });
    expect(move(later, short).nextAt).toBe(wednesdayAt(9));
  });

  it('worked date 18: somebody out of office is back at the same time of day all the same', () => {
    const paused = pauseForAbsence(waiting(fromOpens, opensAt(14)), undefined, by(monday));
    expect(paused).toMatchObject({ standing: { pausedUntil: '2026-11-30T15:00:00.000Z' } });
  });
});

describe('an open that comes later', () => {
  const anyOpens = fc
    .array(fc.tuple(fc.integer({ min: 8, max: 17 }), fc.integer({ min: 0, max: 5 })), {
      maxLength: 4,
    })
    .map((habits) => habits.flatMap(([hour, count]) => opensAt(hour, count)));
  const leave = (day: number, days: number) => {
    const dateOf = (on: number) => new Date(Date.UTC(2026, 10, on)).toISOString().slice(0, 10);
    const leaves = [{ firstOn: dateOf(day), lastOn: dateOf(day + days), timeZone: 'Asia/Tokyo' }];
    return { email: absencesOf(leaves), task: [] };
  };

  it('SET-08: moves no date, whichever edit touches nothing of it', () => {
    fc.assert(
      fc.property(anyOpens, anyOpens, (before, after) => {
        const current = waiting(fromOpens, before);
        const later = { ...current, opens: [...before, ...after] };
        const edited = { ...fromOpens, steps: [...fromOpens.steps, email('more', 1)] };
        expect(move(later, edited).nextAt).toBe(current.standing.nextAt);
      }),
    );
  });

  it('5.2 SET-08: moves no date, unless a leave does', () => {
    fc.assert(
      fc.property(
        ...[anyOpens, anyOpens],
        fc.integer({ min: 22, max: 30 }),
        fc.integer({ min: 0, max: 3 }),
        (before, after, day, days) => {
          const current = waiting(fromOpens, before);
          const nextAt = current.standing.nextAt ?? '';
          const absences = leave(day, days);
          const later = { ...current, opens: [...before, ...after], absences };
          const decision = afterLeaveChange(later, noAbsences, by(monday));
          if (absenceAt(nextAt, absences.email) === undefined) expect(decision).toBeUndefined();
          else expect(absenceAt(decision?.standing.nextAt ?? '', absences.email)).toBeUndefined();
        },
      ),
    );
  });
});
