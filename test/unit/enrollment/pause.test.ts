import { describe, expect, it } from 'vitest';
import type { EnrollmentCase, Standing } from '../../../src/domain/enrollment/enrollment.js';
import { hold, lift, pause, resume } from '../../../src/domain/enrollment/pause.js';
import { awaitSlot, beginAtSlot } from '../../../src/domain/enrollment/postpone.js';
import { begin, goOn } from '../../../src/domain/enrollment/progress.js';
import type { SequenceDefinition } from '../../../src/domain/sequence/definition.js';
import { by, call, definition, email, monday, started } from './cases.js';

const tuesday = '2026-11-24T15:00:00.000Z';
const wednesday = '2026-11-25T15:00:00.000Z';
const chosen = '2026-11-28T12:30:00.000Z';
const later = '2026-12-21T15:00:00.000Z';

const decided = (current: EnrollmentCase, result: ReturnType<typeof pause>): EnrollmentCase => {
  if (result.kind === 'refusal') throw new Error(result.detail);
  return { ...current, standing: result.standing };
};
const paused = (current: EnrollmentCase, at: string) =>
  decided(current, pause(current, 'manual', by(at)));
const resumed = (current: EnrollmentCase, at: string) => decided(current, resume(current, by(at)));
const after = (current: EnrollmentCase, stepId: string, at: string): EnrollmentCase =>
  decided(current, goOn(current, stepId, by(at), { type: 'email_sent', data: {} }));
const withStanding = (changes: Partial<Standing>, current = active): EnrollmentCase => ({
  ...current,
  standing: { ...current.standing, ...changes },
});
/** Waits for its second email, due on Wednesday at 10:00. */
const active = after(started(), 'one', monday);
const scheduled: EnrollmentCase = {
  ...started(),
  standing: begin(
    definition,
    { at: monday, timeZone: 'America/New_York' },
    { firstStepAt: chosen },
  ),
};
const ended = withStanding({ state: 'finished', reason: 'all_steps', stepId: null, nextAt: null });

describe('a pause', () => {
  it('2.2: says in the log why, how much of the delay is left, and until when', () => {
    expect(pause(active, 'soft_bounce', by(tuesday), { sendId: 's' })).toMatchObject({
      kind: 'decision',
      standing: {
        state: 'paused',
        reason: 'soft_bounce',
        pausedUntil: null,
        pausedState: 'active',
      },
      log: [
        {
          type: 'paused',
          stepId: 'two',
          data: { sendId: 's', state: 'paused', reason: 'soft_bounce', restMs: 86_400_000 },
        },
      ],
    });
    const { log } = hold(active, { reason: 'out_of_office', until: later }, by(tuesday));
    expect(log[0]?.data).toMatchObject({ until: later });
    const plain = pause(active, 'manual', by(tuesday));
    expect(plain.kind === 'decision' && plain.log[0]?.data).not.toHaveProperty('until');
    const waiting = withStanding({ state: 'waiting_task', nextAt: null });
    const held = pause(waiting, 'manual', by(tuesday));
    expect(held.kind === 'decision' && held.log[0]?.data).not.toHaveProperty('restMs');
  });

  it('is refused for what is paused or has ended', () => {
    expect(pause(paused(active, tuesday), 'manual', by(tuesday))).toMatchObject({
      code: 'INVALID_STATE',
      detail: 'The enrollment cannot do that now: it is paused already.',
    });
    expect(pause(ended, 'manual', by(tuesday))).toEqual({
      kind: 'refusal',
      code: 'ENROLLMENT_ENDED',
      detail: 'The enrollment has ended; enroll the contact again to start anew.',
    });
    expect(resume(ended, by(tuesday))).toMatchObject({ code: 'ENROLLMENT_ENDED' });
    expect(() => hold(ended, { reason: 'manual', until: null }, by(tuesday))).toThrow(
      'an enrollment that has ended is not paused',
    );
  });
});

describe('a pause that is lifted', () => {
  it('2.2: says in the log what comes next', () => {
    expect(resume(paused(active, tuesday), by(later))).toMatchObject({
      kind: 'decision',
      standing: { state: 'active', reason: null, restMs: null, pausedState: null },
      log: [
        {
          type: 'resumed',
          stepId: 'two',
          data: {
            state: 'active',
            next: {
              stepId: 'two',
              at: '2026-12-22T15:00:00.000Z',
              why: [{ rule: 'resumed', at: later, restMs: 86_400_000 }],
            },
          },
        },
      ],
    });
  });

  it('TSK-11: plans nothing while the task is awaited', () => {
    const waiting = withStanding({ state: 'waiting_task', stepId: 'call', nextAt: null });
    const decision = lift(paused(waiting, tuesday), by(later));
    expect(decision.standing).toMatchObject({ state: 'waiting_task', nextAt: null, why: [] });
    expect(decision.log[0]?.data).toEqual({ state: 'waiting_task' });
  });

  it.each(['sequence_paused', 'account_paused'] as const)(
    '2.2: stays paused as %s while its sequence or account is',
    (heldBy) => {
      const current = { ...paused(active, tuesday), heldBy };
      expect(lift(current, by(later)).standing).toMatchObject({
        state: 'paused',
        reason: heldBy,
        pausedUntil: null,
        restMs: 86_400_000,
      });
    },
  );

  it('is active when nothing says what it was', () => {
    expect(lift({ ...paused(active, tuesday), heldBy: null }, by(later)).standing.state).toBe(
      'active',
    );
    const unknown = withStanding({ pausedState: null }, paused(active, tuesday));
    expect(lift(unknown, by(later)).standing.state).toBe('active');
  });

  it('throws for a paused enrollment without a step, which there is none of', () => {
    const lost = withStanding({ stepId: null }, paused(active, tuesday));
    expect(() => lift(lost, by(later))).toThrow('a paused enrollment has a step');
  });
});

describe('the pause of a first step', () => {
  it('SET-13: a chosen time stays the same, and is over at once when it has passed', () => {
    const held = paused(scheduled, tuesday);
    expect(held.standing).toMatchObject({ state: 'paused', nextAt: null, restMs: null });
    const next = { stepId: 'one', at: chosen, why: [{ rule: 'chosen_time', chosenAt: chosen }] };
    expect(resume(held, by(wednesday))).toMatchObject({
      kind: 'decision',
      standing: {
        state: 'scheduled',
        reason: 'first_step_later',
        nextAt: chosen,
        pausedState: null,
        restMs: null,
        pausedUntil: null,
      },
      log: [{ type: 'resumed', stepId: 'one', data: { state: 'scheduled', next } }],
    });
    for (const at of [chosen, later]) {
      const why = [{ rule: 'resumed', at, restMs: 0 }];
      expect(resume(held, by(at))).toMatchObject({
        standing: { state: 'active', reason: null, nextAt: at, why },
        log: [{ data: { state: 'active', next: { stepId: 'one', at, why } } }],
      });
    }
  });

  it('SET-01: keeps plain time, by night and on a weekend', () => {
    const saturday = '2026-11-28T15:00:00.000Z';
    const due = withStanding({ nextAt: saturday }, started());
    const held = paused(due, '2026-11-28T14:00:00.000Z');
    expect(held.standing.restMs).toBe(3_600_000);
    const sunday = '2026-11-29T08:00:00.000Z';
    expect(resumed(held, sunday).standing).toMatchObject({
      nextAt: '2026-11-29T09:00:00.000Z',
      why: [{ rule: 'resumed', at: sunday, restMs: 3_600_000 }],
    });
    expect(paused(due, later).standing.restMs).toBe(0);
  });
});

describe('the pause of an email that waits for its slot', () => {
  const slot = { at: '2026-11-25T18:00:00.000Z', limit: 'mailbox_day' } as const;
  const held = () =>
    paused(decided(active, awaitSlot(active, slot, by(wednesday))), '2026-11-25T16:00:00.000Z');

  it('LIM-08: keeps no rest, since the delay has run out', () => {
    expect(held().standing.restMs).toBe(0);
  });

  it('LIM-08: keeps the slot while it is ahead', () => {
    const at = '2026-11-25T17:00:00.000Z';
    expect(resumed(held(), at).standing).toMatchObject({
      state: 'active',
      reason: null,
      nextAt: slot.at,
      why: [
        { rule: 'resumed', at, restMs: 0 },
        { rule: 'send_limit', limit: 'mailbox_day', movedTo: slot.at },
      ],
    });
  });

  it('LIM-08: takes a new one when it has passed', () => {
    for (const at of [slot.at, '2026-11-25T19:00:00.000Z']) {
      const { standing } = resumed(held(), at);
      expect(standing.nextAt).toBe(at);
      expect(standing.why.map(({ rule }) => rule)).toEqual(['resumed']);
    }
  });

  it('ERR-01: a first email is scheduled again, with the limit as its reason', () => {
    const first = { ...started(), standing: beginAtSlot(started().standing, slot) };
    expect(resumed(paused(first, tuesday), wednesday).standing).toMatchObject({
      state: 'scheduled',
      reason: 'send_limit',
      nextAt: slot.at,
    });
  });
});

describe('what a pause keeps of a delay', () => {
  it('5.2: counts up to when the step would have run without a leave', () => {
    const leave = { rule: 'leave', wanted: wednesday, movedTo: later } as const;
    const held = withStanding({
      nextAt: later,
      why: [{ rule: 'delay', days: 2, unit: 'business_days', from: monday }, leave],
    });
    expect(paused(held, tuesday).standing.restMs).toBe(86_400_000);
  });

  const withCall = (delayDays: number): SequenceDefinition => ({
    ...definition,
    steps: [email('one', 0), call('call', delayDays, true)],
  });
  const saturday = '2026-11-28T16:00:00.000Z';

  it('SEQ-16: a task without a delay is created on any day; one with a delay is not', () => {
    const friday = '2026-11-27T15:00:00.000Z';
    const atOnce = paused(after(started(withCall(0)), 'one', friday), friday);
    expect(resumed(atOnce, saturday).standing.nextAt).toBe(saturday);
    const delayed = paused(after(started(withCall(1)), 'one', friday), '2026-11-30T05:00:00.000Z');
    expect(delayed.standing.restMs).toBe(0);
    expect(resumed(delayed, '2026-12-05T16:00:00.000Z').standing.nextAt).toBe(
      '2026-12-07T05:00:00.000Z',
    );
  });

  it('2.2: a task with a delay has the rest of it left', () => {
    const waiting = after(started(withCall(3)), 'one', '2026-11-27T15:00:00.000Z');
    expect(waiting.standing.nextAt).toBe('2026-12-02T05:00:00.000Z');
    const held = paused(waiting, '2026-12-01T05:00:00.000Z');
    expect(resumed(held, '2026-12-07T05:00:00.000Z').standing.nextAt).toBe(
      '2026-12-08T05:00:00.000Z',
    );
  });

  it('SEQ-16: an email without a delay waits for an eligible day', () => {
    const atOnce: SequenceDefinition = { ...definition, steps: [email('one', 0), email('two', 0)] };
    const waiting = paused(after(started(atOnce), 'one', monday), monday);
    expect(resumed(waiting, saturday).standing.nextAt).toBe('2026-11-30T13:00:00.000Z');
  });

  it('plans the whole delay where no rest was kept', () => {
    const unkept = withStanding({ restMs: null }, paused(active, tuesday));
    expect(resumed(unkept, later).standing).toMatchObject({
      nextAt: '2026-12-23T15:00:00.000Z',
      why: [{ rule: 'delay', days: 2, from: later }],
    });
  });
});
