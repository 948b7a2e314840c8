import { describe, expect, it } from 'vitest';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import type {
  Decision,
  EnrollmentCase,
  Refusal,
} from '../../../src/domain/enrollment/enrollment.js';
import type { MessageType } from '../../../src/domain/enrollment/message.js';
import { awaitTask, begin, goOn } from '../../../src/domain/enrollment/progress.js';
import { reassignTask } from '../../../src/domain/enrollment/reassign-task.js';
import { statusOf } from '../../../src/domain/enrollment/status.js';
import { by, call, definition, email, monday, started } from './cases.js';

const sent = { type: 'email_sent', data: {} } as const;

function decided(current: EnrollmentCase, result: Decision | Refusal): EnrollmentCase {
  if (result.kind === 'refusal') throw new Error(result.detail);
  return { ...current, standing: result.standing };
}
const tell = (current: EnrollmentCase, type: MessageType, at: string): EnrollmentCase =>
  decided(current, applyMessage(current, { type, messageId: `${type}@${at}` }, by(at)));
const run = (current: EnrollmentCase, stepId: string, at: string): EnrollmentCase =>
  decided(current, goOn(current, stepId, by(at), sent));

const waitingForCall = (): EnrollmentCase => {
  const first = run(started(), 'one', monday);
  const second = run(first, 'two', '2026-11-25T15:00:00.000Z');
  const at = '2026-11-26T05:00:00.000Z';
  const waiting = decided(second, awaitTask(second, 'call', by(at), { taskId: 'task' }));
  return { ...waiting, openTasks: [{ id: 'task', stepId: 'call' }] };
};

describe('the way of an enrollment', () => {
  it('SET-01 SET-12 ENR-12: the first step runs at once, on a Saturday night too', () => {
    const saturdayNight = '2026-11-29T04:30:00.000Z';
    expect(begin(definition, { at: saturdayNight, timeZone: 'America/New_York' })).toMatchObject({
      state: 'active',
      stepId: 'one',
      nextAt: saturdayNight,
      why: [{ rule: 'at_once' }],
    });
  });

  it('SEQ-20: a sequence without steps cannot be begun', () => {
    expect(() => begin({ ...definition, steps: [] }, { at: monday, timeZone: 'UTC' })).toThrow(
      RangeError,
    );
  });

  it('SEQ-14 SET-05: a step that ran plans the next one, at the same time of day', () => {
    const { standing } = run(started(), 'one', monday);
    expect(standing).toMatchObject({ stepId: 'two', nextAt: '2026-11-25T15:00:00.000Z' });
  });

  it('keeps the wall clock of the plan when a step runs some seconds late', () => {
    const { standing } = run(started(), 'one', '2026-11-23T15:00:42.123Z');
    expect(standing.nextAt).toBe('2026-11-25T15:00:00.000Z');
  });

  it('SET-05: counts from when a step really ran when that is much later, at the wanted clock', () => {
    const { standing } = run(started(), 'one', '2026-11-24T17:30:00.000Z');
    expect(standing.nextAt).toBe('2026-11-26T15:00:00.000Z');
  });

  it('TSK-02 TSK-15: a task step is planned for the start of its day', () => {
    const { standing } = run(run(started(), 'one', monday), 'two', '2026-11-25T15:00:00.000Z');
    expect(standing).toMatchObject({ stepId: 'call', nextAt: '2026-11-26T05:00:00.000Z' });
  });

  it('SEQ-16: a task without delay follows at once', () => {
    const steps = { ...definition, steps: [email('one', 0), call('call', 0, true)] };
    expect(run(started(steps), 'one', monday).standing.nextAt).toBe(monday);
  });

  it('TSK-11: nothing is planned while a required task is open', () => {
    expect(waitingForCall().standing).toMatchObject({
      state: 'waiting_task',
      stepId: 'call',
      nextAt: null,
    });
  });

  it('TSK-13: a task that is not waited for lets the next step run although it is open', () => {
    const steps = { ...definition, steps: [call('call', 0, false), email('last', 1)] };
    const { standing } = decided(
      started(steps),
      goOn(started(steps), 'call', by(monday), { type: 'task_created', data: { taskId: 't' } }),
    );
    expect(standing).toMatchObject({ state: 'active', stepId: 'last' });
  });

  it('worked date 13: the delay after a required task counts from its completion', () => {
    const completed = tell(waitingForCall(), 'completeTask', '2026-12-03T16:00:00.000Z');
    expect(completed.standing).toMatchObject({
      state: 'active',
      stepId: 'last',
      nextAt: '2026-12-08T16:00:00.000Z',
    });
  });

  it('finishes after the last step', () => {
    const completed = tell(waitingForCall(), 'completeTask', '2026-12-03T16:00:00.000Z');
    const last = goOn(completed, 'last', by('2026-12-08T16:00:00.000Z'), sent);
    expect(last.standing).toMatchObject({ state: 'finished', reason: 'all_steps', nextAt: null });
    expect(last.log.map(({ type }) => type)).toEqual(['email_sent', 'finished']);
  });

  it.each([
    ['reply', 'replied'],
    ['meeting', 'meeting_logged'],
    ['unenroll', 'manual'],
  ] as const)('SEQ-23: %s ends it with the reason %s and cancels open tasks', (type, reason) => {
    const decision = applyMessage(waitingForCall(), { type, messageId: 'm' }, by(monday));
    expect(decision).toMatchObject({
      kind: 'decision',
      standing: { state: 'unenrolled', reason, stepId: null, nextAt: null },
      taskChange: { kind: 'cancel_open' },
      log: [{ type: 'unenrolled', messageId: 'm' }],
    });
  });

  it('skips the step that is next; the following delay counts from then', () => {
    const skipped = tell(run(started(), 'one', monday), 'skipStep', '2026-11-24T16:00:00.000Z');
    expect(skipped.standing).toMatchObject({
      stepId: 'call',
      nextAt: '2026-11-25T05:00:00.000Z',
    });
  });

  it('skipping an awaited task cancels it', () => {
    const decision = applyMessage(
      waitingForCall(),
      { type: 'skipStep', messageId: 'm' },
      by('2026-11-27T15:00:00.000Z'),
    );
    expect(decision).toMatchObject({
      standing: { state: 'active', stepId: 'last' },
      log: [{ type: 'step_skipped', stepId: 'call', data: { taskId: 'task' } }],
      taskChange: { kind: 'cancel', taskId: 'task' },
    });
  });

  it('skipping an email changes no task, and names none', () => {
    const message = { type: 'skipStep', messageId: 'm' } as const;
    const decision = applyMessage(started(), message, by(monday));
    expect(decision).not.toHaveProperty('taskChange');
    expect(decision.kind === 'decision' && Object.keys(decision.log[0]?.data ?? {})).toEqual([
      ...['plannedAt', 'why', 'next'],
    ]);
  });

  it('EDT-10: its version is changed by an edit, not by a message', () => {
    const message = { type: 'versionChanged', messageId: 'm' } as const;
    expect(applyMessage(started(), message, by(monday))).toMatchObject({
      code: 'INVALID_STATE',
      detail:
        'The enrollment cannot do that now: its version is changed by an edit of its sequence.',
    });
  });

  it('TSK-11: refuses to complete a task when it waits for none and none is named', () => {
    const message = { type: 'completeTask', messageId: 'm' } as const;
    expect(applyMessage(started(), message, by(monday))).toMatchObject({
      code: 'INVALID_STATE',
      detail: 'The enrollment cannot do that now: it does not wait for a task.',
    });
  });

  it('refuses to skip another step than the one it is at', () => {
    const message = { type: 'skipStep', messageId: 'm', stepId: 'last' } as const;
    expect(applyMessage(started(), message, by(monday))).toMatchObject({
      code: 'INVALID_STATE',
      detail:
        'The enrollment cannot do that now: it is at step "one", so step "last" cannot be skipped.',
    });
  });

  it('refuses to complete a task that is cancelled', () => {
    const message = { type: 'completeTask', messageId: 'm', taskId: 'other' } as const;
    expect(applyMessage(waitingForCall(), message, by(monday))).toMatchObject({
      code: 'TASK_CLOSED',
      detail:
        'The task is cancelled, since its step was skipped or its enrollment has ended: there is nothing to complete.',
    });
  });

  it.each(['waiting for another', 'ended'])(
    'TSK-11: completing a task twice changes nothing, and is no refusal: %s',
    (where) => {
      const current = where === 'ended' ? tell(started(), 'reply', monday) : waitingForCall();
      const message = { type: 'completeTask', messageId: 'm', taskId: 'done' } as const;
      const again = applyMessage({ ...current, completedTasks: ['done'] }, message, by(monday), {
        outcome: 'busy',
      });
      expect(again).toEqual({ kind: 'decision', standing: current.standing, log: [] });
    },
  );

  it('TSK-11: the log has the outcome of a task, and of its note only that there is one', () => {
    const message = { type: 'completeTask', messageId: 'm' } as const;
    const completion = { outcome: 'connected', note: '<p>Ada was glad</p>' };
    const decision = applyMessage(waitingForCall(), message, by(monday), completion);
    expect(decision).toMatchObject({
      log: [{ data: { taskId: 'task', outcome: 'connected', hasNote: true } }],
      taskChange: { kind: 'complete', taskId: 'task', completion },
    });
    expect(decision.kind === 'decision' && JSON.stringify(decision.log)).not.toContain('Ada');
    const plain = applyMessage(waitingForCall(), message, by(monday), {});
    const [entry] = plain.kind === 'decision' ? plain.log : [];
    expect(Object.keys(entry?.data ?? {})).not.toContain('outcome');
    expect(Object.keys(entry?.data ?? {})).not.toContain('hasNote');
  });

  it('TSK-01: a task that is given to somebody else moves nothing, and stands in the log', () => {
    const reassignment = { fromAssigneeId: 'robin', assigneeId: 'kim' };
    const current = waitingForCall();
    const task = { id: 'task', stepId: 'call' };
    expect(reassignTask(current, task, reassignment, by(monday))).toEqual({
      kind: 'decision',
      standing: current.standing,
      log: [
        {
          type: 'task_reassigned',
          stepId: 'call',
          ...by(monday),
          data: { taskId: 'task', ...reassignment },
        },
      ],
    });
  });

  it.each(['reply', 'meeting', 'unenroll', 'pause', 'resume', 'skipStep'] as const)(
    'an ended enrollment refuses %s and stays as it is',
    (type) => {
      const ended = tell(started(), 'reply', monday);
      expect(applyMessage(ended, { type, messageId: 'm' }, by(monday))).toMatchObject({
        kind: 'refusal',
        code: 'ENROLLMENT_ENDED',
      });
    },
  );
});

describe('a pause', () => {
  const active = run(started(), 'one', monday);
  const tuesday = '2026-11-24T15:00:00.000Z';

  it('worked date 12: keeps the unused rest of the delay', () => {
    const paused = tell(active, 'pause', tuesday);
    expect(paused.standing).toMatchObject({
      state: 'paused',
      reason: 'manual',
      nextAt: null,
      restMs: 86_400_000,
    });
    const resumed = tell(paused, 'resume', '2026-12-23T15:00:00.000Z');
    expect(resumed.standing).toMatchObject({
      state: 'active',
      reason: null,
      nextAt: '2026-12-24T15:00:00.000Z',
    });
  });

  const friday = '2026-11-27T15:00:00.000Z';
  const monday0 = '2026-11-30T05:00:00.000Z';

  it('TSK-02: a task due on Monday, paused and resumed on the weekend before, is due on Monday', () => {
    const waiting = run(
      started({ ...definition, steps: [email('one', 0), call('call', 1, true)] }),
      'one',
      friday,
    );
    expect(waiting.standing).toMatchObject({ stepId: 'call', nextAt: monday0 });
    const paused = tell(waiting, 'pause', '2026-11-28T15:00:00.000Z');
    expect(tell(paused, 'resume', '2026-11-28T16:00:00.000Z').standing.nextAt).toBe(monday0);
  });

  it('SEQ-16: a task without a delay is created at once when resumed, whatever the day', () => {
    const waiting = run(
      started({ ...definition, steps: [email('one', 0), call('call', 0, true)] }),
      'one',
      friday,
    );
    const paused = tell(waiting, 'pause', friday);
    const saturday = '2026-11-28T16:00:00.000Z';
    expect(tell(paused, 'resume', saturday).standing.nextAt).toBe(saturday);
  });

  it('cannot be made twice, nor lifted without being there', () => {
    const paused = tell(active, 'pause', tuesday);
    expect(applyMessage(paused, { type: 'pause', messageId: 'm' }, by(tuesday)).kind).toBe(
      'refusal',
    );
    expect(applyMessage(active, { type: 'resume', messageId: 'm' }, by(tuesday)).kind).toBe(
      'refusal',
    );
  });

  it('goes back to waiting for the task', () => {
    const paused = tell(waitingForCall(), 'pause', tuesday);
    expect(tell(paused, 'resume', tuesday).standing).toMatchObject({
      state: 'waiting_task',
      nextAt: null,
    });
  });

  it('outlives the completion of the awaited task; the whole delay then runs on resuming', () => {
    const paused = tell(waitingForCall(), 'pause', tuesday);
    const completed = tell(paused, 'completeTask', '2026-11-26T15:00:00.000Z');
    expect(completed.standing).toMatchObject({ state: 'paused', reason: 'manual', stepId: 'last' });
    const resumed = tell(completed, 'resume', '2026-12-07T15:00:00.000Z');
    expect(resumed.standing.nextAt).toBe('2026-12-10T15:00:00.000Z');
  });

  it('before the first step keeps plain time: the settings do not touch that step', () => {
    const paused = tell(started(), 'pause', monday);
    const saturday = '2026-11-28T15:00:00.000Z';
    expect(tell(paused, 'resume', saturday).standing.nextAt).toBe(saturday);
  });

  it('made by an uncertain send is lifted by skipping the step, never by resuming', () => {
    const held: EnrollmentCase = {
      ...active,
      standing: {
        ...active.standing,
        state: 'paused',
        reason: 'send_uncertain',
        nextAt: null,
        pausedState: 'active',
      },
    };
    expect(applyMessage(held, { type: 'resume', messageId: 'm' }, by(tuesday))).toMatchObject({
      code: 'INVALID_STATE',
    });
    const skipped = tell(held, 'skipStep', tuesday);
    expect(skipped.standing).toMatchObject({ state: 'paused', reason: 'manual', stepId: 'call' });
    expect(tell(skipped, 'resume', tuesday).standing.state).toBe('active');
  });
});

describe('what an operator reads', () => {
  it('says when the next step runs and why then, in the zone of the enrollment', () => {
    const status = statusOf(run(started(), 'one', monday));
    expect(status.summary).toBe('2 business days → step 2 of 4, Wed 25 Nov 2026 10:00 New York');
    expect(status.why).toContain('Runs step 2 (automated email) on Wed 25 Nov 2026 10:00 New York');
  });

  it('says that a task is waited for', () => {
    expect(statusOf(waitingForCall())).toMatchObject({
      state: 'waiting_task',
      nextAt: null,
      why: 'Waits until the task of step 3 (call) is completed; the next delay counts from then.',
    });
  });

  it('says how much of the delay a pause keeps', () => {
    const paused = tell(run(started(), 'one', monday), 'pause', '2026-11-23T20:30:00.000Z');
    expect(statusOf(paused).why).toBe(
      'Paused (manual) before step 2 (automated email). 1 d 18 h 30 min of the delay are left and run on resuming.',
    );
  });

  it('keeps every summary under 150 characters', () => {
    const far = { ...started(), timeZone: 'America/Argentina/ComodRivadavia' };
    expect(statusOf(run(far, 'one', monday)).summary.length).toBeLessThan(150);
  });
});
