import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEligibleDate } from '../../../src/domain/time/business-days.js';
import { explain } from '../../../src/domain/time/format.js';
import { absenceAt, absencesOf } from '../../../src/domain/time/leave.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import { planRest } from '../../../src/domain/time/rest.js';
import { maxSpreadDays } from '../../../src/domain/time/task-day.js';
import type { Absence, Calendar } from '../../../src/domain/time/types.js';
import { localDateAt } from '../../../src/domain/time/zone.js';

const timeZone = 'America/New_York';
const leave = (firstOn: string, lastOn: string, zone = timeZone) => ({
  firstOn,
  lastOn,
  timeZone: zone,
});
/** Business days, 9 to 18 o'clock in New York; whoever sends and works the tasks is away. */
const calendarWith = (absences: readonly Absence[]): Calendar => ({
  timeZone,
  eligibleFollowUpDays: 'BUSINESS_DAYS',
  sendWindowStartMinute: 540,
  sendWindowEndMinute: 1080,
  taskCreationMinute: 0,
  holidays: new Set(),
  absences: { email: absences, task: absences },
});
/** Two weeks, from Monday to Friday. */
const twoWeeks = absencesOf([leave('2026-12-07', '2026-12-18')]);
const away = calendarWith(twoWeeks);
const friday = '2026-12-04T15:00:00.000Z';

describe('absences', () => {
  it('5.2: are whole days in the zone of whoever takes them', () => {
    expect(absencesOf([leave('2026-12-07', '2026-12-07', 'Australia/Sydney')])).toEqual([
      { from: '2026-12-06T13:00:00.000Z', until: '2026-12-07T13:00:00.000Z' },
    ]);
  });

  it('are put together where they touch or overlap', () => {
    const days = [leave('2026-12-10', '2026-12-18'), leave('2026-12-07', '2026-12-11')];
    expect(absencesOf(days)).toEqual(twoWeeks);
    expect(
      absencesOf([leave('2026-12-12', '2026-12-18'), leave('2026-12-07', '2026-12-11')]),
    ).toEqual(twoWeeks);
    expect(
      absencesOf([leave('2026-12-07', '2026-12-18'), leave('2026-12-09', '2026-12-09')]),
    ).toEqual(twoWeeks);
  });
});

describe('a leave of the sender', () => {
  it('5.2: holds an email until the first window after the return, and says so', () => {
    const plan = planStep({ kind: 'email', after: friday, delayDays: 3 }, away);
    expect(plan.dueAt).toBe('2026-12-21T14:00:00.000Z');
    expect(plan.why).toContainEqual({
      rule: 'leave',
      wanted: '2026-12-09T15:00:00.000Z',
      movedTo: '2026-12-19T05:00:00.000Z',
    });
    expect(explain(plan.why, timeZone)).toContain(
      'held while whoever is needed is on leave → Sat 19 Dec',
    );
  });

  it('5.2: counts its days for the delay like any others', () => {
    const plan = planStep({ kind: 'email', after: friday, delayDays: 11 }, away);
    expect(plan.dueAt).toBe('2026-12-21T15:00:00.000Z');
    expect(plan.why.some(({ rule }) => rule === 'leave')).toBe(false);
  });

  it('holds what is resumed within it', () => {
    const rest = { kind: 'email', resumedAt: '2026-12-08T15:00:00.000Z', restMs: 0 } as const;
    expect(planRest(rest, away).dueAt).toBe('2026-12-21T14:00:00.000Z');
  });

  it('leaves tasks alone when only the sender is away, and emails when only the assignee is', () => {
    const of = (kind: 'email' | 'task', absences: Calendar['absences']) =>
      planStep(
        { kind, after: friday, delayDays: 3 },
        { ...away, ...(absences && { absences }) },
      ).dueAt.slice(0, 10);
    expect(of('task', { email: twoWeeks, task: [] })).toBe('2026-12-09');
    expect(of('email', { email: [], task: twoWeeks })).toBe('2026-12-09');
  });
});

describe('a leave of the assignee', () => {
  const taskAfter = (delayDays: number, calendar = away): string =>
    localDateAt(planStep({ kind: 'task', after: friday, delayDays }, calendar).dueAt, timeZone);

  it('5.2: spreads its ten days of tasks over the five business days after the return, in their order', () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((delay) => taskAfter(delay).slice(-2));
    expect(days).toEqual(['21', '21', '22', '22', '23', '23', '24', '24', '25', '25']);
  });

  it('spreads a short leave over as many days as it had', () => {
    const short = calendarWith(absencesOf([leave('2026-12-07', '2026-12-08')]));
    expect([taskAfter(1, short), taskAfter(2, short), taskAfter(3, short)]).toEqual([
      '2026-12-09',
      '2026-12-10',
      '2026-12-09',
    ]);
  });

  it('SEQ-16: holds a task without a delay too', () => {
    const within = '2026-12-08T15:00:00.000Z';
    const plan = planStep({ kind: 'task', after: within, delayDays: 0 }, away);
    expect(localDateAt(plan.dueAt, timeZone)).toBe('2026-12-21');
  });
});

describe('whatever the leaves', () => {
  const dates = fc
    .integer({ min: 0, max: 80 })
    .map((day) => new Date(Date.UTC(2026, 10, 20 + day)).toISOString().slice(0, 10));
  const zones = fc.constantFrom('America/New_York', 'Asia/Tokyo', 'UTC', 'Australia/Lord_Howe');
  const leaves = fc.array(
    fc.tuple(dates, dates, zones).map(([a, b, zone]) => leave(a < b ? a : b, a < b ? b : a, zone)),
    { maxLength: 4 },
  );
  const kinds = fc.constantFrom('email' as const, 'task' as const);

  it('5.2: nothing is planned into one, nor before it would have run, and each date is an eligible one', () => {
    fc.assert(
      fc.property(leaves, kinds, fc.integer({ min: 0, max: 40 }), (days, kind, delayDays) => {
        const calendar = calendarWith(absencesOf(days));
        const step = { kind, after: friday, delayDays };
        const { dueAt } = planStep(step, calendar);
        expect(absenceAt(dueAt, absencesOf(days))).toBeUndefined();
        expect(dueAt >= planStep(step, calendarWith([])).dueAt).toBe(true);
        if (kind === 'email') {
          expect(isEligibleDate(localDateAt(dueAt, timeZone), calendar)).toBe(true);
        }
      }),
    );
  });

  it('5.2: tasks held by one leave keep their order, over at most five eligible days', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 60 }), (first, length) => {
        const lastOn = new Date(Date.parse(first) + length * 86_400_000).toISOString().slice(0, 10);
        const calendar = calendarWith(absencesOf([leave(first, lastOn)]));
        const plans = Array.from({ length: 60 }, (_, delay) =>
          planStep({ kind: 'task', after: friday, delayDays: delay + 1 }, calendar),
        ).filter(({ why }) => why.some(({ rule }) => rule === 'leave'));
        const at = plans.map(({ dueAt }) => dueAt);
        expect(at).toEqual([...at].sort());
        expect(new Set(at).size).toBeLessThanOrEqual(maxSpreadDays);
      }),
    );
  });
});
