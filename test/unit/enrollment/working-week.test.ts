import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeVersion } from '../../../src/domain/enrollment/change-version.js';
import {
  calendarOf,
  noHolidays,
  type EnrollmentCase,
} from '../../../src/domain/enrollment/enrollment.js';
import { pauseForAbsence } from '../../../src/domain/enrollment/pause-until.js';
import {
  playThrough,
  type Play,
} from '../../../src/domain/enrollment/play-through/play-through.js';
import { lateEmail } from '../../../src/domain/enrollment/postpone.js';
import { begin, goOn } from '../../../src/domain/enrollment/progress.js';
import {
  completeDefinition,
  type SequenceDefinition,
  type SequenceSettings,
} from '../../../src/domain/sequence/definition.js';
import { differenceBetween } from '../../../src/domain/sequence/difference.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { explain } from '../../../src/domain/time/format.js';
import { addDays } from '../../../src/domain/time/local-date.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import { restOfDelay } from '../../../src/domain/time/rest.js';
import { taskDueAt } from '../../../src/domain/time/task-due.js';
import { mondayToFriday, weekdays, type WorkingDays } from '../../../src/domain/time/types.js';
import { at, calendarIn, shown } from '../time/fixtures.js';
import { by, call, email } from './cases.js';

const zone = 'Asia/Jerusalem';
const sundayToThursday: WorkingDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'sunday'];
const sixDays: WorkingDays = weekdays.slice(0, 6);

const of = (steps: readonly Step[], settings: Partial<SequenceSettings> = {}): SequenceDefinition =>
  completeDefinition({ steps, settings });

function plans(play: Pick<Play, 'definition'> & Partial<Play>, start: string): readonly string[] {
  const life = playThrough({
    ...{ timeZone: zone, holidays: noHolidays, script: [], completeTasksAfterDays: null },
    ...play,
    at: at(start, zone),
  });
  return life.steps.map(({ plannedAt }) => (plannedAt === null ? '' : shown(plannedAt, zone)));
}

const two = (delayDays: number): readonly Step[] => [email('a', 0), email('b', delayDays)];

/** After its first email of a local time. */
function running(changes: Partial<EnrollmentCase>, steps: readonly Step[], local: string) {
  const given = { timeZone: zone, holidays: noHolidays, openTasks: [], definition: of(steps) };
  const now = at(local, zone);
  const first = { ...given, ...changes };
  const current = { ...first, standing: begin(first.definition, { at: now, timeZone: zone }) };
  const { standing } = goOn(current, 'a', by(now), { type: 'email_sent', data: {} });
  return { ...current, standing };
}

describe('a working week from Sunday to Thursday', () => {
  const calendar = calendarIn(zone, { workingDays: sundayToThursday });

  it('SET-02 SET-04: counts its own business days, and its weekend is Friday and Saturday', () => {
    const plan = planStep(
      { kind: 'email', after: at('2026-11-24 10:00', zone), delayDays: 3 },
      calendar,
    );
    expect(shown(plan.dueAt, zone)).toBe('Sun 2026-11-29 10:00');
    expect(explain(plan.why, zone)).toBe(
      '3 business days after Tue 24 Nov 10:00; Fri 27 Nov is a weekend → Sun 29 Nov',
    );
  });

  it('SET-03: WEEKDAYS_ONLY counts calendar days and leaves its own weekend alone; EVERYDAY has none', () => {
    const after = at('2026-11-25 10:00', zone);
    const step = { kind: 'email', after, delayDays: 2 } as const;
    const weekdaysOnly = { ...calendar, eligibleFollowUpDays: 'WEEKDAYS_ONLY' } as const;
    expect(shown(planStep(step, weekdaysOnly).dueAt, zone)).toBe('Sun 2026-11-29 10:00');
    const everyDay = { ...calendar, eligibleFollowUpDays: 'EVERYDAY' } as const;
    expect(shown(planStep(step, everyDay).dueAt, zone)).toBe('Fri 2026-11-27 10:00');
  });

  it('TSK-02 TSK-03: a task is made and due on its days', () => {
    const step = { kind: 'task', after: at('2026-11-26 10:00', zone), delayDays: 1 } as const;
    expect(shown(planStep(step, calendar).dueAt, zone)).toBe('Sun 2026-11-29 00:00');
    expect(shown(taskDueAt(at('2026-11-26 18:00', zone), calendar), zone)).toBe(
      'Sun 2026-11-29 17:00',
    );
  });

  it('2.2: the rest of a delay counts its days', () => {
    const delay = { pausedAt: at('2026-11-26 10:00', zone), dueAt: at('2026-11-29 10:00', zone) };
    expect(restOfDelay(delay, calendar)).toBe(24 * 3_600_000);
  });

  it('SET-04: six days a week make Saturday a business day', () => {
    const definition = of(two(1), { workingDays: sixDays });
    expect(plans({ definition }, '2026-11-27 10:00')[1]).toBe('Sat 2026-11-28 10:00');
    expect(plans({ definition }, '2026-11-28 10:00')[1]).toBe('Mon 2026-11-30 10:00');
  });
});

describe('whose working week counts', () => {
  it('SET-02: that of the sequence, else that of the account, else Monday to Friday', () => {
    const thursday = '2026-11-26 10:00';
    expect(plans({ definition: of(two(1)) }, thursday)[1]).toBe('Fri 2026-11-27 10:00');
    const account = { workingDays: sundayToThursday };
    expect(plans({ definition: of(two(1)), ...account }, thursday)[1]).toBe('Sun 2026-11-29 10:00');
    const definition = of(two(1), { workingDays: mondayToFriday });
    expect(plans({ definition, ...account }, thursday)[1]).toBe('Fri 2026-11-27 10:00');
  });

  it('SET-22: an email that is due on what has become a weekend waits for the end of it', () => {
    const current = running({}, two(1), '2026-11-26 10:00');
    const due = current.standing.nextAt ?? '';
    expect(lateEmail(current, due)).toBeUndefined();
    const later = lateEmail({ ...current, workingDays: sundayToThursday }, due);
    expect(later && shown(later.nextAt, zone)).toBe('Sun 2026-11-29 08:00');
  });

  it('EDT-10: a version with another week moves what waits, and says what changed', () => {
    const steps = two(1);
    const current = { ...running({}, steps, '2026-11-26 10:00'), ran: new Set(['a']) };
    const definition = of(steps, { workingDays: sundayToThursday });
    const change = { fromVersion: 1, toVersion: 2, definition, holidays: noHolidays };
    const { standing } = changeVersion(current, change, by(at('2026-11-26 11:00', zone)));
    expect(shown(standing.nextAt ?? '', zone)).toBe('Sun 2026-11-29 10:00');
    expect(differenceBetween(current.definition, definition).settings).toEqual([
      { field: 'workingDays', from: null, to: 'monday, tuesday, wednesday, thursday, sunday' },
    ]);
    const ofAccount = { ...current, workingDays: sundayToThursday };
    const again = { ...change, definition: of(two(2)) };
    const moved = changeVersion(ofAccount, again, by(at('2026-11-26 11:00', zone))).standing;
    expect(shown(moved.nextAt ?? '', zone)).toBe('Mon 2026-11-30 10:00');
  });

  it('2.2: an absence without a return lasts five of its business days', () => {
    const current = running({ workingDays: sundayToThursday }, two(1), '2026-11-24 10:00');
    const held = pauseForAbsence(current, undefined, by(at('2026-11-24 12:00', zone)));
    const until = held.kind === 'decision' ? held.standing.pausedUntil : null;
    expect(shown(until ?? '', zone)).toBe('Tue 2026-12-01 12:00');
  });

  it('TSK-11: a task of the simulator is completed after business days of the week', () => {
    const definition = of([call('t', 0, true), email('b', 0)], { workingDays: sundayToThursday });
    const play = { definition, completeTasksAfterDays: 1 };
    expect(plans(play, '2026-11-26 10:00')[1]).toBe('Sun 2026-11-29 10:00');
  });
});

describe('holidays within a working week of one’s own', () => {
  it('SET-02: are no business days', () => {
    const holidays = new Set(['2026-11-29']);
    const definition = of(two(1), { workingDays: sundayToThursday });
    expect(plans({ definition, holidays }, '2026-11-26 10:00')[1]).toBe('Mon 2026-11-30 10:00');
  });

  it('SET-02: do not count where they leave no day of it, so that a day is always found', () => {
    const dates = Array.from({ length: 600 }, (_, day) => addDays('2026-10-01', day));
    const check = (workingDays: WorkingDays, free: number) => {
      const holidays = new Set(dates.filter((_, day) => day % 380 !== free));
      const given = { definition: of(two(90), { workingDays }), timeZone: zone, holidays };
      const step = { kind: 'email', after: at('2026-11-26 10:00', zone), delayDays: 90 } as const;
      expect(() => planStep(step, calendarOf(given))).not.toThrow();
    };
    const week = fc.subarray([...weekdays], { minLength: 1 });
    const unusual = week.filter((days) => days.join() !== mondayToFriday.join());
    fc.assert(fc.property(unusual, fc.integer({ min: 0, max: 379 }), check), { numRuns: 100 });
  });
});
