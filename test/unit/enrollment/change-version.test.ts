import { describe, expect, it } from 'vitest';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import { changeVersion, type MovingCase } from '../../../src/domain/enrollment/change-version.js';
import {
  noHolidays,
  type Decision,
  type EnrollmentCase,
} from '../../../src/domain/enrollment/enrollment.js';
import { end, goOn } from '../../../src/domain/enrollment/progress.js';
import type { SequenceDefinition } from '../../../src/domain/sequence/definition.js';
import { by, call, definition, email, monday, started } from './cases.js';

const [one, two, phone, last] = definition.steps;
if (!one || !two || !phone || !last) throw new Error('the cases have other steps by now');

const wednesday = '2026-11-25T15:00:00.000Z';
const tuesday = '2026-11-24T18:00:00.000Z';

const version = (...steps: SequenceDefinition['steps']): SequenceDefinition => ({
  ...definition,
  steps,
});
const moving = (current: EnrollmentCase, ...ran: string[]): MovingCase => ({
  ...current,
  ran: new Set(ran),
});
const move = (
  current: MovingCase,
  to: SequenceDefinition,
  at = tuesday,
  holidays = noHolidays,
): Decision =>
  changeVersion(
    current,
    { fromVersion: 1, toVersion: 2, definition: to, holidays },
    { ...by(at, { kind: 'user', id: 'u' }), messageId: 'm' },
  );
const with_ = (
  current: EnrollmentCase,
  standing: Partial<EnrollmentCase['standing']>,
): EnrollmentCase => ({ ...current, standing: { ...current.standing, ...standing } });

/** "one" was sent on Monday 10:00 in New York; "two" is due two business days later. */
const waiting = ((): EnrollmentCase => {
  const decision = goOn(started(), 'one', by(monday), { type: 'email_sent', data: {} });
  return { ...started(), standing: decision.standing };
})();
const atTwo = moving(waiting, 'one');
const atTask: MovingCase = {
  ...moving(
    with_(waiting, {
      state: 'waiting_task',
      stepId: 'call',
      stepPosition: 3,
      nextAt: null,
      lastDoneAt: monday,
    }),
    ...['one', 'two', 'call'],
  ),
  openTasks: [{ id: 't', stepId: 'call' }],
};
const paused = (current: MovingCase): MovingCase => {
  const decision = applyMessage(current, { type: 'pause', messageId: 'p' }, by(tuesday));
  if (decision.kind === 'refusal') throw new Error(decision.detail);
  return { ...current, standing: decision.standing };
};

describe('a step that is waited for', () => {
  it('EDT-10: keeps its date when nothing about it changed, and gets the version all the same', () => {
    const { standing, log } = move(atTwo, version(one, two, last));
    expect(standing).toEqual(waiting.standing);
    expect(log).toMatchObject([
      {
        type: 'version_changed',
        stepId: 'two',
        messageId: 'm',
        actor: { kind: 'user', id: 'u' },
        data: { fromVersion: 1, toVersion: 2, next: { stepId: 'two', at: wednesday } },
      },
    ]);
  });

  it('SET-02: moves off a holiday that the new version knows, and back when it knows none', () => {
    const closed = new Set(['2026-11-25']);
    const moved = move(atTwo, definition, tuesday, closed);
    expect(moved.standing).toMatchObject({ stepId: 'two', nextAt: '2026-11-26T15:00:00.000Z' });
    const later = { ...atTwo, holidays: closed, standing: moved.standing };
    expect(move(later, definition).standing.nextAt).toBe(wednesday);
  });

  it('EDT-02: stays next when it is moved, at its new place', () => {
    const { standing } = move(atTwo, version(one, phone, last, two));
    expect(standing).toMatchObject({ stepId: 'two', stepPosition: 4, nextAt: wednesday });
  });

  it.each([
    [1, '2026-11-24T15:00:00.000Z', 'earlier, but past: now'],
    [3, '2026-11-26T15:00:00.000Z', 'a day later'],
    [4, '2026-11-27T15:00:00.000Z', 'two days later'],
  ])(
    'SEQ-17: with a delay of %i days counts from when the step before it ran: %s, %s',
    (days, planned) => {
      const { standing } = move(atTwo, version(one, email('two', days), phone, last));
      expect(standing.nextAt).toBe(planned < tuesday ? tuesday : planned);
      expect(standing.why[0]).toMatchObject({ rule: 'delay', days, from: monday });
      expect(standing.lastDoneAt).toBe(monday);
    },
  );

  it('is due when the send window next opens, if its new date is past in the evening', () => {
    const evening = '2026-11-25T00:00:00.000Z';
    const { standing } = move(atTwo, version(one, email('two', 1), phone, last), evening);
    expect(standing.nextAt).toBe('2026-11-25T13:00:00.000Z');
    expect(standing.why.map(({ rule }) => rule)).toEqual(['delay', 'overdue', 'after_window']);
  });

  it('EDT-01: is moved by new settings', () => {
    const settings = { ...definition.settings, sendWindowStartMinute: 14 * 60 };
    const { standing } = move(atTwo, { ...definition, settings });
    expect(standing.nextAt).toBe('2026-11-25T19:00:00.000Z');
  });

  it('SET-01: is not touched when it is the first step', () => {
    const settings = { ...definition.settings, sendWindowStartMinute: 14 * 60 };
    const scheduled = with_(started(), { nextAt: wednesday, why: [{ rule: 'chosen_time' }] });
    const { standing } = move(moving(scheduled), { ...definition, settings });
    expect(standing).toEqual(scheduled.standing);
  });

  it('stays put off when the mail server put it off', () => {
    const later = '2026-11-25T15:05:00.000Z';
    const deferred = with_(waiting, { nextAt: later, why: [{ rule: 'deferred', at: wednesday }] });
    const { standing } = move(
      moving(deferred, 'one'),
      version(one, email('two', 9), last),
      wednesday,
    );
    expect(standing.nextAt).toBe(later);
  });

  it('after a pause: what was left of its delay grows by as much as the delay', () => {
    const resumedAt = '2026-12-21T15:00:00.000Z';
    const { standing } = paused(atTwo);
    const decision = applyMessage(
      { ...atTwo, standing },
      { type: 'resume', messageId: 'r' },
      by(resumedAt),
    );
    if (decision.kind === 'refusal') throw new Error(decision.detail);
    const resumed = { ...atTwo, standing: decision.standing };
    expect(move(resumed, definition, resumedAt).standing).toEqual(resumed.standing);
    const longer = move(resumed, version(one, email('two', 3), last), resumedAt).standing;
    // 21 hours were left of two days; a day more are 45.
    expect(resumed.standing.nextAt).toBe('2026-12-22T13:00:00.000Z');
    expect(longer.nextAt).toBe('2026-12-23T13:00:00.000Z');
  });
});

describe('a step that was deleted while it was waited for', () => {
  it('EDT-03: is skipped; next comes the one behind its nearest earlier neighbour', () => {
    const { standing, log } = move(atTwo, version(last, one, email('new', 4), phone));
    expect(standing).toMatchObject({
      state: 'active',
      stepId: 'new',
      stepPosition: 3,
      nextAt: '2026-11-27T15:00:00.000Z',
      lastDoneAt: monday,
    });
    expect(log).toMatchObject([
      { type: 'step_skipped', stepId: 'two', data: { plannedAt: wednesday } },
      { type: 'version_changed', stepId: 'new', messageId: 'm' },
    ]);
    expect(log[0]).not.toHaveProperty('messageId');
  });

  it('SEQ-01: passes over what has run, wherever it stands by now', () => {
    const { standing } = move(
      { ...atTwo, ran: new Set(['one', 'call']) },
      version(one, phone, last),
    );
    expect(standing.stepId).toBe('last');
  });

  it('begins anew from the top when no earlier neighbour is left', () => {
    const { standing } = move(atTwo, version(email('fresh', 0), phone, last));
    expect(standing).toMatchObject({ stepId: 'fresh', stepPosition: 1, nextAt: tuesday });
  });

  it('finishes the enrollment when nothing is left', () => {
    const { standing, log } = move(atTwo, version(last, one));
    expect(standing).toMatchObject({
      state: 'finished',
      reason: 'all_steps',
      stepId: null,
      nextAt: null,
      endedAt: tuesday,
    });
    expect(log.map(({ type }) => type)).toEqual(['step_skipped', 'version_changed', 'finished']);
  });

  it('hands its time on when it was the first, which nothing touches', () => {
    const scheduled = with_(started(), { nextAt: wednesday, why: [{ rule: 'chosen_time' }] });
    const { standing } = move(moving(scheduled), version(two, last));
    expect(standing).toMatchObject({ stepId: 'two', nextAt: wednesday, lastDoneAt: null });
  });

  it('TSK-11: an awaited task is cancelled, and the next delay counts from now', () => {
    const { standing, log, taskChange } = move(atTask, version(one, two, last));
    expect(taskChange).toEqual({ kind: 'cancel', taskId: 't' });
    expect(standing).toMatchObject({
      state: 'active',
      stepId: 'last',
      lastDoneAt: tuesday,
      nextAt: '2026-11-27T15:00:00.000Z',
    });
    expect(log[0]).toMatchObject({ type: 'step_skipped', stepId: 'call', data: { taskId: 't' } });
  });
});

describe('who waits for a person', () => {
  it('TSK-11: goes on waiting for a task whose step is there still', () => {
    const { standing, taskChange } = move(atTask, version(call('call', 5, true), last));
    expect(standing).toEqual({ ...atTask.standing, stepPosition: 1 });
    expect(taskChange).toBeUndefined();
  });

  it('stays paused with the rest of the delay', () => {
    const before = paused(atTwo);
    const { standing } = move(before, version(one, email('two', 5), last));
    expect(standing).toEqual(before.standing);
  });

  it('stays paused when the step was deleted; the new one is planned in full on resuming', () => {
    const { standing } = move(paused(atTwo), version(one, last));
    expect(standing).toMatchObject({
      state: 'paused',
      reason: 'manual',
      stepId: 'last',
      restMs: null,
      nextAt: null,
      pausedState: 'active',
    });
    const resumed = applyMessage(
      { ...waiting, definition: version(one, last), standing },
      { type: 'resume', messageId: 'r' },
      by('2026-12-01T15:00:00.000Z'),
    );
    expect(resumed).toMatchObject({ standing: { nextAt: '2026-12-04T15:00:00.000Z' } });
  });

  it('keeps the rest of a first step that was deleted while it was paused', () => {
    const scheduled = with_(started(), { nextAt: wednesday, why: [{ rule: 'chosen_time' }] });
    const before = paused(moving(scheduled));
    const { standing } = move(before, version(two, last));
    expect(standing).toMatchObject({ stepId: 'two', restMs: before.standing.restMs });
    expect(standing.restMs).toBe(21 * 3_600_000);
  });
});

describe('an email that is being sent', () => {
  it.each(['claimed', 'begun'] as const)('%s: stays next though its step was deleted', (send) => {
    const { standing, log } = move({ ...atTwo, send }, version(one, email('new', 1), last));
    expect(standing).toEqual(waiting.standing);
    expect(log.map(({ type }) => type)).toEqual(['version_changed']);
  });

  it('keeps its date', () => {
    const to = version(one, email('two', 30), last);
    expect(move({ ...atTwo, send: 'begun' }, to).standing.nextAt).toBe(wednesday);
  });

  it('is put back when it was paused before its first byte: then a deleted step is skipped', () => {
    const claimed = move({ ...paused(atTwo), send: 'claimed' }, version(one, last));
    expect(claimed.standing.stepId).toBe('last');
    const begun = move({ ...paused(atTwo), send: 'begun' }, version(one, last));
    expect(begun.standing.stepId).toBe('two');
  });
});

describe('what comes after a move', () => {
  it('SEQ-01: the next step is the next one that has not run', () => {
    const to = version(two, one, phone, last);
    const current: EnrollmentCase = {
      ...{ ...waiting, definition: to, standing: move(atTwo, to).standing },
      ran: new Set(['one']),
    };
    const after = goOn(current, 'two', by(wednesday), { type: 'email_sent', data: {} });
    expect(after.standing.stepId).toBe('call');
  });

  it('an enrollment that has ended is not moved', () => {
    const over = end(waiting, { state: 'unenrolled', reason: 'manual' }, by(tuesday));
    expect(() => move({ ...atTwo, standing: over.standing }, definition)).toThrow(RangeError);
  });
});
