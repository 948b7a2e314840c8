import { describe, expect, it } from 'vitest';
import { noHolidays } from '../../../src/domain/enrollment/enrollment.js';
import {
  playThrough,
  type Play,
} from '../../../src/domain/enrollment/play-through/play-through.js';
import type { ScriptedEvent } from '../../../src/domain/enrollment/play-through/script.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { at } from '../time/fixtures.js';
import { call, definition, email, monday } from './cases.js';

const newYork = 'America/New_York';
const play = (changes: Partial<Play> = {}) =>
  playThrough({
    definition,
    timeZone: newYork,
    holidays: noHolidays,
    at: monday,
    script: [],
    completeTasksAfterDays: 0,
    ...changes,
  });
const of = (...steps: Step[]) => ({ ...definition, steps });
const local = (time: string) => at(time, newYork);

describe('the steps of a life that is played through', () => {
  it('SEQ-01: say where they stand, when they ran, and why then', () => {
    const why = [{ rule: 'delay', days: 2, unit: 'business_days', from: monday }];
    expect(play().steps.slice(0, 2)).toEqual([
      {
        stepId: 'one',
        position: 1,
        kind: 'automated_email',
        outcome: 'done',
        plannedAt: monday,
        why: [{ rule: 'at_once' }],
        ranAt: monday,
        dueAt: null,
        completedAt: null,
        assumesCompletionOf: [],
        assumesResuming: false,
      },
      {
        stepId: 'two',
        position: 2,
        kind: 'automated_email',
        outcome: 'done',
        plannedAt: local('2026-11-25 10:00'),
        why,
        ranAt: local('2026-11-25 10:00'),
        dueAt: null,
        completedAt: null,
        assumesCompletionOf: [],
        assumesResuming: false,
      },
    ]);
  });

  it('TSK-03 TSK-11: say when a task is due, and when it was completed', () => {
    const done: ScriptedEvent = {
      type: 'complete_task',
      stepId: 'call',
      at: local('2026-11-27 12:00'),
    };
    expect(play({ script: [done] }).steps[2]).toMatchObject({
      kind: 'call',
      outcome: 'done',
      plannedAt: local('2026-11-26 00:00'),
      ranAt: local('2026-11-26 00:00'),
      dueAt: local('2026-11-26 17:00'),
      completedAt: local('2026-11-27 12:00'),
    });
    const open = play({ completeTasksAfterDays: null });
    expect(open.steps[2]).toMatchObject({ outcome: 'waiting', completedAt: null });
    expect(open.steps[3]).toEqual({
      stepId: 'last',
      position: 4,
      kind: 'automated_email',
      outcome: 'not_reached',
      plannedAt: null,
      why: [],
      ranAt: null,
      dueAt: null,
      completedAt: null,
      assumesCompletionOf: [],
      assumesResuming: false,
    });
  });

  it('ENR-12: one that waits when the life ends has the time that it waited for, or none', () => {
    const pause: ScriptedEvent = { type: 'pause', at: local('2026-11-24 10:00') };
    expect(play({ script: [pause] }).steps[1]).toMatchObject({
      outcome: 'waiting',
      plannedAt: null,
      why: [],
      ranAt: null,
    });
  });

  it('one that was skipped has the time at which it was to run', () => {
    const skip: ScriptedEvent = { type: 'skip_step', at: local('2026-11-24 10:00') };
    expect(play({ script: [skip] }).steps[1]).toMatchObject({
      outcome: 'skipped',
      plannedAt: local('2026-11-25 10:00'),
      why: [{ rule: 'delay' }],
      ranAt: null,
    });
  });

  it('TSK-11: one behind several tasks rests on the completion of each', () => {
    const two = of(call('a', 0, true), call('b', 1, true), call('c', 1, false), email('d', 1));
    const assumed = play({ definition: two }).steps.map((step) => step.assumesCompletionOf);
    expect(assumed).toEqual([[], ['a'], ['a', 'b'], ['a', 'b']]);
  });
});

describe('the timeline of a life that is played through', () => {
  it('begins with what comes first, as asked for by an operator', () => {
    expect(play().timeline[0]).toEqual({
      type: 'enrolled',
      at: monday,
      stepId: null,
      actor: { kind: 'operator' },
      cause: { kind: 'request' },
      data: {
        state: 'active',
        next: { stepId: 'one', at: monday, why: [{ rule: 'at_once' }] },
      },
    });
  });

  it('names what came about by itself, and what a server answered', () => {
    const { timeline } = play();
    const told = timeline.map(({ type, actor, cause }) => [type, actor.kind, cause.kind]);
    expect(told.slice(1, 5)).toEqual([
      ['email_sent', 'system', 'server_reply'],
      ['email_sent', 'system', 'server_reply'],
      ['task_created', 'system', 'due'],
      ['task_completed', 'operator', 'request'],
    ]);
  });
});

describe('what is refused on the way', () => {
  it('says why, with the place in the script', () => {
    const when = local('2026-11-24 10:00');
    const script: ScriptedEvent[] = [
      { type: 'resume', at: when },
      { type: 'complete_task', stepId: 'call', at: when },
      { type: 'unenroll', at: when },
    ];
    const life = play({ script });
    const detail = (why: string) => `The enrollment cannot do that now: ${why}.`;
    expect(life.refused).toEqual([
      { index: 0, at: when, code: 'INVALID_STATE', detail: detail('it is not paused') },
      {
        index: 1,
        at: when,
        code: 'INVALID_STATE',
        detail: detail('the task of step "call" is not there yet'),
      },
    ]);
    expect(life.explanation).toBe('unenrolled: manual');
  });

  it('TSK-11: names a completion whose task was never created, and none whose task was', () => {
    const script: ScriptedEvent[] = [
      { type: 'complete_task', stepId: 'call', afterDays: 1 },
      { type: 'unenroll', at: local('2026-11-24 10:00') },
    ];
    expect(play({ script }).refused).toEqual([
      {
        index: 0,
        at: null,
        code: 'INVALID_STATE',
        detail: 'The enrollment cannot do that now: the task of step "call" was never created.',
      },
    ]);
    expect(play({ script: script.slice(0, 1) }).refused).toEqual([]);
  });
});

describe('what holds a play up', () => {
  const days = [{ from: local('2026-11-25 00:00'), until: local('2026-11-28 00:00') }];
  const ran = (life: ReturnType<typeof play>) => life.steps.map(({ ranAt }) => ranAt);

  it('5.2: a leave of the sender, of the assignee, and of who is needed by the first step', () => {
    expect(ran(play({ absences: { email: days, task: [] } }))[1]).toBe(local('2026-11-30 08:00'));
    const held = play({ absences: { email: [], task: days } });
    expect(held.steps[2]).toMatchObject({ ranAt: local('2026-12-01 00:00'), outcome: 'done' });
    const first = [{ from: local('2026-11-23 00:00'), until: local('2026-11-24 00:00') }];
    const late = play({ absences: { email: first, task: [] } });
    expect(late.steps[0]).toMatchObject({ ranAt: local('2026-11-24 08:00') });
    expect(late.timeline[1]).toMatchObject({ type: 'rescheduled', stepId: 'one' });
    const task = of(call('call', 0, false), email('two', 1));
    const tasks = play({ definition: task, absences: { email: [], task: first } });
    expect(tasks.steps[0]).toMatchObject({ ranAt: local('2026-11-24 00:00') });
    expect(tasks.timeline[1]).toMatchObject({ type: 'rescheduled', stepId: 'call' });
  });

  it('LIM-08: the slot of the first email, where it is later, moves that one alone', () => {
    const slot = { at: local('2026-11-23 12:00'), limit: 'mailbox_day' } as const;
    const life = play({ firstSlot: slot });
    expect(life.steps[0]).toMatchObject({
      plannedAt: slot.at,
      why: [{ rule: 'send_limit', limit: 'mailbox_day' }],
    });
    expect(ran(life)[1]).toBe(local('2026-11-25 10:00'));
    expect(ran(play({ firstSlot: { ...slot, at: monday } }))).toEqual(ran(play()));
  });

  it('SEQ-10 3.14: an answer to an email that was never sent, where the sequence says so', () => {
    const answer: Step = { ...email('answer', 1), threading: { kind: 'reply', toStepId: 'one' } };
    const skip: ScriptedEvent = { type: 'skip_step', at: monday };
    const settings = { ...definition.settings, onParentMissing: 'stop' } as const;
    const strict = { ...of(email('one', 0), answer), settings };
    const stopped = play({ definition: strict, script: [skip] });
    expect(stopped.standing).toMatchObject({ state: 'errored', reason: 'thread_parent_missing' });
    expect(stopped.steps[1]).toMatchObject({ outcome: 'not_reached', ranAt: null });
    expect(play({ definition: strict }).standing.state).toBe('finished');
    const fresh = { ...strict, settings: definition.settings };
    expect(play({ definition: fresh, script: [skip] }).standing.state).toBe('finished');
  });

  it('throws what is wrong with its script', () => {
    const script: ScriptedEvent[] = [{ type: 'reply', at: '2026-11-01T00:00:00.000Z' }];
    expect(() => play({ script })).toThrow(
      `/script/0/at: Nothing happens before the enrollment, which is made at ${monday}.`,
    );
  });
});
