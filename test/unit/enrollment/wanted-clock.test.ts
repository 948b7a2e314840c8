import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import { changeVersion } from '../../../src/domain/enrollment/change-version.js';
import {
  noHolidays,
  type Decision,
  type EnrollmentCase,
  type Refusal,
} from '../../../src/domain/enrollment/enrollment.js';
import {
  playThrough,
  type Play,
} from '../../../src/domain/enrollment/play-through/play-through.js';
import { awaitSlot, postpone } from '../../../src/domain/enrollment/postpone.js';
import { begin, goOn, type StepRecord } from '../../../src/domain/enrollment/progress.js';
import { defaultSettings, type SequenceSettings } from '../../../src/domain/sequence/definition.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { explain } from '../../../src/domain/time/format.js';
import { localTimeAt } from '../../../src/domain/time/zone.js';
import { anyZone, at, shown } from '../time/fixtures.js';
import { by, call, email } from './cases.js';

const newYork = 'America/New_York';
const allDay = { sendWindowStartMinute: 0, sendWindowEndMinute: 1440 };
const nineToFive = { sendWindowStartMinute: 540, sendWindowEndMinute: 1020 };
const everyDay = { ...allDay, eligibleFollowUpDays: 'EVERYDAY' } as const;

const of = (steps: readonly Step[], settings: Partial<SequenceSettings> = allDay) => ({
  steps,
  settings: { ...defaultSettings, ...settings },
});

/** An email and `count` more, each a day after the one before it. */
const daily = (count: number): readonly Step[] =>
  Array.from({ length: count + 1 }, (_, index) => email(`e${index}`, Math.min(index, 1)));

function plans(play: Pick<Play, 'definition'> & Partial<Play>, start: string): readonly string[] {
  const timeZone = play.timeZone ?? newYork;
  const life = playThrough({
    ...{ timeZone, holidays: noHolidays, script: [], completeTasksAfterDays: null },
    ...play,
    at: at(start, timeZone),
  });
  return life.steps.map(({ plannedAt }) => (plannedAt === null ? '' : shown(plannedAt, timeZone)));
}

function enrolled(steps: readonly Step[], start: string, settings = {}): EnrollmentCase {
  const definition = of(steps, { ...allDay, ...settings });
  const standing = begin(definition, { at: at(start, newYork), timeZone: newYork });
  return { standing, definition, timeZone: newYork, holidays: noHolidays, openTasks: [] };
}

function adopted(current: EnrollmentCase, result: Decision | Refusal): EnrollmentCase {
  if (result.kind === 'refusal') throw new Error(result.detail);
  return { ...current, standing: result.standing };
}

/** The next step has run at a local time, or when it was planned. */
function run(current: EnrollmentCase, when?: string, type: StepRecord['type'] = 'email_sent') {
  const { stepId, nextAt } = current.standing;
  const ranAt = when === undefined ? (nextAt ?? '') : at(when, newYork);
  return adopted(current, goOn(current, stepId ?? '', by(ranAt), { type, data: {} }));
}

const tell = (current: EnrollmentCase, type: 'pause' | 'resume' | 'skipStep', when: string) =>
  adopted(current, applyMessage(current, { type, messageId: when }, by(at(when, newYork))));

const next = ({ standing: { nextAt } }: EnrollmentCase) => nextAt && shown(nextAt, newYork);

describe('a clock gap moves one email', () => {
  it('SET-05 SET-07: within a window of the hour that is skipped', () => {
    const window = { sendWindowStartMinute: 120, sendWindowEndMinute: 180 };
    const definition = of(daily(2), { ...everyDay, ...window });
    expect(plans({ definition }, '2027-03-13 02:15')).toEqual([
      'Sat 2027-03-13 02:15',
      'Sun 2027-03-14 03:15',
      'Mon 2027-03-15 02:15',
    ]);
  });

  it('SET-05: without a window; the explanation names the wanted time', () => {
    const definition = of(daily(2), everyDay);
    expect(plans({ definition }, '2027-03-13 02:30')).toEqual([
      'Sat 2027-03-13 02:30',
      'Sun 2027-03-14 03:30',
      'Mon 2027-03-15 02:30',
    ]);
    const monday = run(run(enrolled(daily(2), '2027-03-13 02:30', everyDay)));
    expect(explain(monday.standing.why, newYork)).toBe(
      '1 calendar day after Sun 14 Mar 03:30; at the wanted time 02:30',
    );
  });

  it('SET-05: past midnight too: the day that was wanted is the one that counts', () => {
    const definition = of(daily(2), everyDay);
    expect(plans({ definition, timeZone: 'America/Nuuk' }, '2027-03-26 23:30')).toEqual([
      'Fri 2027-03-26 23:30',
      'Sun 2027-03-28 00:30',
      'Sun 2027-03-28 23:30',
    ]);
  });

  it('SET-05: an hour that comes twice changes nothing on the days after it', () => {
    const definition = of(daily(2), everyDay);
    expect(plans({ definition }, '2026-10-31 01:30')).toEqual([
      'Sat 2026-10-31 01:30',
      'Sun 2026-11-01 01:30',
      'Mon 2026-11-02 01:30',
    ]);
  });
});

describe('after a task that nobody waits for', () => {
  it('TSK-13 SET-05: an email keeps the time of day of the last email', () => {
    const definition = of([email('a', 0), call('b', 1, false), email('c', 1), email('d', 1)]);
    expect(plans({ definition }, '2026-11-23 10:20')).toEqual([
      'Mon 2026-11-23 10:20',
      'Tue 2026-11-24 00:00',
      'Wed 2026-11-25 10:20',
      'Thu 2026-11-26 10:20',
    ]);
  });

  it('TSK-13 SET-05: or of the enrollment, where there was no email yet', () => {
    const definition = of([call('a', 0, false), call('b', 2, false), email('c', 1)]);
    expect(plans({ definition }, '2026-11-23 10:20').at(-1)).toBe('Thu 2026-11-26 10:20');
  });

  it('SET-13: or of the time that was chosen for its first step', () => {
    const definition = of([call('a', 0, false), call('b', 1, false), email('c', 1)]);
    const firstStepAt = at('2026-11-24 15:45', newYork);
    const play = { definition, start: { firstStepAt } };
    expect(plans(play, '2026-11-23 10:20').at(-1)).toBe('Thu 2026-11-26 15:45');
  });

  it('product 3, 17: an email without a delay is wanted on the day of the task, not at its midnight', () => {
    const definition = of([email('a', 0), call('b', 2, false), email('c', 0), email('d', 0)]);
    expect(plans({ definition }, '2026-11-26 17:00')).toEqual([
      'Thu 2026-11-26 17:00',
      'Mon 2026-11-30 00:00',
      'Mon 2026-11-30 17:00',
      'Mon 2026-11-30 17:00',
    ]);
    const inWindow = of(definition.steps, {});
    expect(plans({ definition: inWindow }, '2026-11-26 17:00')[2]).toBe('Mon 2026-11-30 17:00');
  });

  it('product 3, 17: but never before the task', () => {
    const late = of([email('a', 0), call('b', 1, false), email('c', 0)], {
      ...allDay,
      taskCreationMinute: 15 * 60,
    });
    expect(plans({ definition: late }, '2026-11-23 10:20').at(-1)).toBe('Tue 2026-11-24 15:00');
  });

  it('product 3, 6: an email without a delay follows an email, and a completed task, at once', () => {
    const steps = [email('a', 0), call('b', 1, true), email('c', 0)];
    const completedAt = at('2026-11-24 16:05', newYork);
    const script = [{ type: 'complete_task', stepId: 'b', at: completedAt }] as const;
    const after = plans({ definition: of(steps), script }, '2026-11-23 10:20');
    expect(after.at(-1)).toBe('Tue 2026-11-24 16:05');
    const window = of([email('a', 0), email('b', 1), email('c', 0)], nineToFive);
    expect(plans({ definition: window }, '2026-11-23 07:10').slice(1)).toEqual([
      'Tue 2026-11-24 09:00',
      'Tue 2026-11-24 09:00',
    ]);
  });

  it('EDT-10: an edit that takes an email’s delay away plans it at the wanted hour too', () => {
    const steps = [email('a', 0), call('b', 1, false), email('c', 1)];
    const second = run(enrolled(steps, '2026-11-23 10:20'));
    const third = { ...run(second, undefined, 'task_created'), ran: new Set(['a', 'b']) };
    const moved = (...edited: readonly Step[]) => {
      const definition = of([email('a', 0), ...edited]);
      const change = { fromVersion: 1, toVersion: 2, definition, holidays: noHolidays };
      return next(
        adopted(third, changeVersion(third, change, by(at('2026-11-24 00:05', newYork)))),
      );
    };
    expect(moved(call('b', 1, false), email('c', 0))).toBe('Tue 2026-11-24 10:20');
    expect(moved(email('c', 0))).toBe('Tue 2026-11-24 10:20');
    expect(moved(call('b', 1, false), email('d', 0))).toBe('Tue 2026-11-24 10:20');
    const sooner = run(
      run(enrolled([email('a', 0), call('b', 1, false), email('c', 0)], '2026-11-23 10:20')),
      undefined,
      'task_created',
    );
    expect(
      next(tell(tell(sooner, 'pause', '2026-11-24 09:20'), 'resume', '2026-11-25 09:20')),
    ).toBe('Wed 2026-11-25 10:20');
  });

  it('product 3, 5: an email without a delay that waits for Monday is sent at the wanted hour', () => {
    const definition = of([email('a', 0), call('b', 0, false), email('c', 0)]);
    expect(plans({ definition }, '2026-11-28 10:20').at(-1)).toBe('Mon 2026-11-30 10:20');
  });

  it('TSK-11: one that was waited for gives the time of its completion, also to later emails', () => {
    const steps = [
      ...[email('a', 0), call('b', 1, true), call('c', 1, false)],
      ...[email('d', 1), email('e', 1)],
    ];
    const completedAt = at('2026-11-25 16:05', newYork);
    const script = [{ type: 'complete_task', stepId: 'b', at: completedAt }] as const;
    expect(plans({ definition: of(steps), script }, '2026-11-23 10:20').slice(2)).toEqual([
      'Thu 2026-11-26 00:00',
      'Fri 2026-11-27 16:05',
      'Mon 2026-11-30 16:05',
    ]);
  });
});

describe('what moves one email, and not those after it', () => {
  it('SET-07: the start of the window, where the wanted time comes before it', () => {
    const steps = daily(2);
    const early = enrolled(steps, '2026-11-23 07:10', nineToFive);
    const second = run(early);
    expect(next(second)).toBe('Tue 2026-11-24 09:00');
    const version = { fromVersion: 1, toVersion: 2, holidays: noHolidays };
    const wider = of(steps, { ...nineToFive, sendWindowStartMinute: 360 });
    const moving = { ...run(second), ran: new Set(['e0', 'e1']) };
    const change = { ...version, definition: wider };
    const moved = changeVersion(moving, change, by(at('2026-11-24 10:00', newYork)));
    expect(next(adopted(moving, moved))).toBe('Wed 2026-11-25 07:10');
  });

  it('SET-07: its end, without making every delay a day longer', () => {
    const definition = of(daily(3), nineToFive);
    expect(plans({ definition }, '2026-11-26 18:00')).toEqual([
      'Thu 2026-11-26 18:00',
      'Mon 2026-11-30 09:00',
      'Tue 2026-12-01 09:00',
      'Wed 2026-12-02 09:00',
    ]);
  });

  it('LIM-05: a limit, of a first email too', () => {
    const steps = daily(2);
    const slot = { at: at('2026-11-24 08:03', newYork), limit: 'mailbox_day' } as const;
    const begun = enrolled(steps, '2026-11-23 10:20');
    const put = adopted(begun, awaitSlot(begun, slot, by(begun.standing.nextAt ?? '')));
    const second = run(put);
    expect(next(second)).toBe('Wed 2026-11-25 10:20');
    const later = { ...slot, at: at('2026-11-25 14:00', newYork) };
    const again = adopted(second, awaitSlot(second, later, by(second.standing.nextAt ?? '')));
    expect(next(run(again))).toBe('Thu 2026-11-26 10:20');
  });

  it('SET-05: a server that was away, and a worker; the delay counts from when it ran', () => {
    const second = run(enrolled(daily(2), '2026-11-23 10:20'));
    const to = { nextAt: at('2026-11-25 13:00', newYork), why: [] };
    const record = { type: 'email_deferred', data: {} } as const;
    const put = adopted(second, postpone(second, to, by(second.standing.nextAt ?? ''), record));
    expect(next(run(put))).toBe('Thu 2026-11-26 10:20');
    expect(next(run(second, '2026-11-25 03:00'))).toBe('Thu 2026-11-26 10:20');
  });

  it('2.2: a pause, whose rest is laid out from the resumption', () => {
    const second = run(enrolled(daily(2), '2026-11-23 10:20'));
    const paused = tell(second, 'pause', '2026-11-23 15:20');
    const resumed = tell(paused, 'resume', '2026-11-25 09:00');
    expect(next(resumed)).toBe('Thu 2026-11-26 04:00');
    expect(next(run(resumed))).toBe('Fri 2026-11-27 10:20');
  });

  it('2.2: a step that a person leaves out', () => {
    const second = run(enrolled(daily(3), '2026-11-23 10:20'));
    expect(next(tell(second, 'skipStep', '2026-11-24 16:40'))).toBe('Wed 2026-11-25 10:20');
  });

  it('EDT-10: a move to a version that plans its email on another day', () => {
    const second = run(
      enrolled([email('a', 0), call('b', 1, false), email('c', 1)], '2026-11-23 10:20'),
    );
    const third = { ...run(second, undefined, 'task_created'), ran: new Set(['a', 'b']) };
    const definition = of([email('a', 0), call('b', 1, false), email('c', 2)]);
    const change = { fromVersion: 1, toVersion: 2, definition, holidays: noHolidays };
    const moved = changeVersion(third, change, by(at('2026-11-24 10:00', newYork)));
    expect(next(adopted(third, moved))).toBe('Thu 2026-11-26 10:20');
    const without = { ...change, definition: of([email('a', 0), email('d', 1)]) };
    const instead = changeVersion(third, without, by(at('2026-11-24 10:00', newYork)));
    expect(next(adopted(third, instead))).toBe('Wed 2026-11-25 10:20');
  });
});

describe('whatever the steps between them are', () => {
  const step = fc.record({ isEmail: fc.boolean(), delayDays: fc.integer({ min: 1, max: 4 }) });
  const start = fc.date({
    min: new Date('2026-01-01'),
    max: new Date('2028-01-01'),
    noInvalidDate: true,
  });

  it('SET-05: emails are planned at the time of day of the start, except where the clock skips it', () => {
    const check = (steps: readonly Parameters<typeof stepOf>[0][], zone: string, begun: Date) => {
      const first = email('first', 0);
      const definition = of([first, ...steps.map(stepOf)], everyDay);
      const instant = begun.toISOString();
      const life = playThrough({
        ...{ definition, timeZone: zone, holidays: noHolidays, at: instant },
        ...{ script: [], completeTasksAfterDays: null },
      });
      const wanted = localTimeAt(instant, zone).clockMs;
      for (const { kind, plannedAt, why } of life.steps) {
        if (kind !== 'automated_email' || why.some(({ rule }) => rule === 'clock_gap')) continue;
        expect(localTimeAt(plannedAt ?? '', zone).clockMs).toBe(wanted);
      }
    };
    const stepOf = (given: { isEmail: boolean; delayDays: number }, index: number): Step =>
      given.isEmail
        ? email(`s${index}`, given.delayDays)
        : call(`s${index}`, given.delayDays, false);
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), anyZone, start, check), {
      numRuns: 200,
    });
  });
});

describe('an enrollment of an earlier release', () => {
  it('SET-05: keeps the clock of the step before, and from its next email on that of its emails', () => {
    const steps = [email('a', 0), call('b', 1, false), email('c', 1), call('d', 1, false)];
    const begun = run(enrolled([...steps, email('e', 1)], '2026-11-23 10:20'));
    const old = { ...begun, standing: { ...begun.standing, wantedClockMs: null } };
    const third = run(old, undefined, 'task_created');
    expect(next(third)).toBe('Wed 2026-11-25 00:00');
    const last = run(run(third, '2026-11-25 11:30'), undefined, 'task_created');
    expect(next(last)).toBe('Fri 2026-11-27 11:30');
  });
});
