import { describe, expect, it } from 'vitest';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import { afterLeaveChange, heldByLeave } from '../../../src/domain/enrollment/leave.js';
import { goOn } from '../../../src/domain/enrollment/progress.js';
import { noAbsences } from '../../../src/domain/time/leave.js';
import type { Absence, Absences } from '../../../src/domain/time/types.js';
import { by, definition, monday, started } from './cases.js';

const wednesday = '2026-11-25T15:00:00.000Z';
/** When a leave until Friday lets the email go: Monday, when the window opens. */
const nextMonday = '2026-11-30T13:00:00.000Z';
const away = (from: string, until: string): Absence => ({ from, until });
/** Wednesday to Friday in New York. */
const days = [away('2026-11-25T05:00:00.000Z', '2026-11-28T05:00:00.000Z')];
const december = [away('2026-12-07T05:00:00.000Z', '2026-12-12T05:00:00.000Z')];
const senders: Absences = { email: days, task: [] };
const assignees: Absences = { email: [], task: days };

const after = (current: EnrollmentCase, stepId: string, at: string): EnrollmentCase => {
  const decision = goOn(current, stepId, by(at), { type: 'email_sent', data: {} });
  return { ...current, standing: decision.standing };
};
/** Waits for its second email, due on Wednesday at 10:00. */
const atTwo = (absences?: Absences) => ({ ...after(started(), 'one', monday), absences });
/** Waits to create its task, due on Thursday at 00:00. */
const atCall = (absences?: Absences) => ({ ...after(atTwo(), 'two', wednesday), absences });
const withStanding = (
  current: EnrollmentCase,
  changes: Partial<EnrollmentCase['standing']>,
): EnrollmentCase => ({ ...current, standing: { ...current.standing, ...changes } });

describe('a step whose time has come', () => {
  it('5.2: waits while its sender is away, until the first window after', () => {
    expect(heldByLeave(atTwo(senders), 'email', wednesday)).toEqual({
      nextAt: nextMonday,
      why: [
        { rule: 'leave', wanted: wednesday, movedTo: '2026-11-28T05:00:00.000Z' },
        { rule: 'weekend', on: '2026-11-28', movedTo: '2026-11-30' },
        { rule: 'before_window', movedTo: nextMonday },
      ],
    });
  });

  it('5.2: waits as a task while its assignee is away, for its day of the backlog', () => {
    const thursday = '2026-11-26T05:00:00.000Z';
    const movedTo = '2026-12-01T05:00:00.000Z';
    expect(heldByLeave(atCall(assignees), 'task', thursday)).toEqual({
      nextAt: movedTo,
      why: [{ rule: 'leave', wanted: thursday, movedTo }],
    });
  });

  it('5.2: runs when nobody is away, or only somebody whom it does not need', () => {
    expect(heldByLeave(atTwo(), 'email', wednesday)).toBeUndefined();
    expect(heldByLeave(atTwo(assignees), 'email', wednesday)).toBeUndefined();
    expect(heldByLeave(atTwo({ email: december, task: [] }), 'email', wednesday)).toBeUndefined();
  });

  it('5.3: is judged by its planned instant while it is on time', () => {
    const soon = [away('2026-11-25T15:00:30.000Z', '2026-11-28T05:00:00.000Z')];
    const current = atTwo({ email: soon, task: [] });
    expect(heldByLeave(current, 'email', '2026-11-25T15:00:40.000Z')).toBeUndefined();
    expect(heldByLeave(current, 'email', '2026-11-25T15:01:00.000Z')).toBeDefined();
  });
});

describe('a leave that is added or removed', () => {
  const change = (current: EnrollmentCase, before: Absences, at = monday) =>
    afterLeaveChange(current, before, by(at));

  it('5.2: moves what falls into it to the return, and says so', () => {
    const decision = change(atTwo(senders), noAbsences);
    expect(decision?.standing).toMatchObject({ stepId: 'two', nextAt: nextMonday });
    expect(decision?.standing.why.map(({ rule }) => rule)).toContain('leave');
    expect(decision?.log).toMatchObject([
      { type: 'rescheduled', stepId: 'two', data: { next: { stepId: 'two', at: nextMonday } } },
    ]);
  });

  it('5.2: lets what it held run when it would have, never before now', () => {
    const { standing } = change(atTwo(senders), noAbsences) ?? {};
    if (standing === undefined) throw new Error('the leave holds it');
    const freed = { ...atTwo(), standing };
    expect(change(freed, senders)?.standing.nextAt).toBe(wednesday);
    const thursday = '2026-11-26T15:00:00.000Z';
    expect(change(freed, senders, thursday)?.standing.nextAt).toBe(thursday);
  });

  it('leaves a date alone that it has nothing to do with', () => {
    expect(change(atTwo({ email: december, task: [] }), noAbsences)).toBeUndefined();
    expect(change(atTwo(assignees), noAbsences)).toBeUndefined();
    const both = { email: [...days, ...december], task: [] };
    const { standing } = change(atTwo(senders), noAbsences) ?? {};
    if (standing === undefined) throw new Error('the leave holds it');
    expect(change({ ...atTwo(both), standing }, senders)).toBeUndefined();
  });

  it('leaves alone what waits for a person, has ended, or was put off by a server', () => {
    const current = atTwo(senders);
    const waiting = { state: 'waiting_task', nextAt: null } as const;
    expect(change(withStanding(current, waiting), noAbsences)).toBeUndefined();
    const over = { state: 'finished', stepId: null, nextAt: null } as const;
    expect(change(withStanding(current, over), noAbsences)).toBeUndefined();
    expect(change(withStanding(current, { stepId: 'gone' }), noAbsences)).toBeUndefined();
    for (const rule of ['deferred', 'no_connection'] as const) {
      const putOff = withStanding(current, { why: [{ rule, at: monday }] });
      expect(change(putOff, noAbsences)).toBeUndefined();
    }
  });

  it('SET-01: a first step that it held goes out at once; one that it did not stays', () => {
    const first = started(definition);
    expect(change({ ...first, absences: senders }, noAbsences)).toBeUndefined();
    const chosen = withStanding(first, { nextAt: nextMonday, why: [{ rule: 'chosen_time' }] });
    expect(change(chosen, senders, wednesday)).toBeUndefined();
    const held = withStanding(first, {
      nextAt: nextMonday,
      why: [
        { rule: 'leave', wanted: monday, movedTo: '2026-11-28T05:00:00.000Z' },
        { rule: 'before_window', movedTo: nextMonday },
      ],
    });
    const decision = change(held, senders, wednesday);
    expect(decision?.standing).toMatchObject({
      nextAt: wednesday,
      why: [{ rule: 'overdue', movedTo: wednesday }],
    });
    expect(change(held, senders, nextMonday)).toBeUndefined();
  });
});
