import { describe, expect, it, test } from 'vitest';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import type { SendResult } from '../../../src/domain/enrollment/send-outcome.js';
import { afterTaskEmail } from '../../../src/domain/enrollment/task-email-outcome.js';
import {
  isUnderWay,
  missingInTask,
  shownState,
  taskEmailStates,
  whyNoDraft,
  whyNotSend,
  type TaskEmailFacts,
} from '../../../src/domain/task/task-email.js';
import { by, call, email, monday, started } from '../enrollment/cases.js';

const facts: TaskEmailFacts = {
  task: { kind: 'manual_email', state: 'open' },
  email: null,
  isAccountPaused: false,
  sender: { isActive: true, hasSeat: true },
  mailbox: { state: 'connected', password: 'kept' },
  address: 'ada@example.com',
  suppression: undefined,
  lacksParent: false,
};

describe('whether the email of a task may be sent', () => {
  /** From the reason that is told first to the one that is told last. */
  const reasons: readonly (readonly [string, Partial<TaskEmailFacts>])[] = [
    ['NOT_A_MANUAL_EMAIL', { task: { kind: 'call', state: 'open' } }],
    ['TASK_CLOSED', { task: { kind: 'manual_email', state: 'cancelled' } }],
    ['TASK_EMAIL_UNDER_WAY', { email: 'deferred' }],
    ['TASK_EMAIL_UNDER_WAY', { email: 'sending' }],
    ['TASK_EMAIL_UNCERTAIN', { email: 'unknown' }],
    ['ACCOUNT_PAUSED', { isAccountPaused: true }],
    ['SENDER_NOT_ELIGIBLE', { sender: { isActive: false, hasSeat: true } }],
    ['SENDER_NOT_ELIGIBLE', { sender: { isActive: true, hasSeat: false } }],
    ['SENDER_NOT_ELIGIBLE', { mailbox: { state: 'disconnected', password: 'kept' } }],
    ['SENDER_NOT_ELIGIBLE', { mailbox: { state: 'connected', password: 'unreadable' } }],
    ['NO_EMAIL', { address: null }],
    ['MARKED_AS_SPAM', { suppression: 'marked_as_spam' }],
    ['THREAD_PARENT_MISSING', { lacksParent: true }],
  ];

  it.each<readonly [string, Partial<TaskEmailFacts>]>([
    [
      'a linkedin connect, not a manual email',
      { task: { kind: 'linkedin_connect', state: 'open' } },
    ],
    ['completed or cancelled', { task: { kind: 'manual_email', state: 'completed' } }],
    ['complete the task by hand', { email: 'sending' }],
    ['look into the mailbox', { email: 'unknown' }],
    ['POST /v1/account/resume', { isAccountPaused: true }],
    ['deactivated', { sender: { isActive: false, hasSeat: true } }],
    ['assign one', { sender: { isActive: true, hasSeat: false } }],
    ['connect it again', { mailbox: { state: 'disconnected', password: 'unreadable' } }],
    ['cannot be opened', { mailbox: { state: 'connected', password: 'unreadable' } }],
    ['add one', { address: null }],
    ['onParentMissing', { lacksParent: true }],
  ])('TSK-17: a refusal says what is the matter: %s', (words, changes) => {
    expect(whyNotSend({ ...facts, ...changes })?.detail).toContain(words);
  });

  it('TSK-16: only an open manual email has a draft', () => {
    expect(whyNoDraft({ kind: 'manual_email', state: 'open' })).toBeUndefined();
    expect(whyNoDraft({ kind: 'manual_email', state: 'cancelled' })?.code).toBe('TASK_CLOSED');
    expect(whyNoDraft({ kind: 'call', state: 'completed' })?.code).toBe('NOT_A_MANUAL_EMAIL');
  });

  it('ERR-09: missing tokens are named with their step', () => {
    const missing = { token: 'contact.firstName', field: 'subject' } as const;
    expect(missingInTask('one', [missing])).toMatchObject({
      code: 'MISSING_TOKENS',
      missingTokens: [{ ...missing, stepId: 'one' }],
    });
  });

  it('TSK-17: is the case when nothing forbids it, and after a try that delivered nothing', () => {
    expect(whyNotSend(facts)).toBeUndefined();
    for (const state of ['rejected', 'given_up', 'withdrawn'] as const) {
      expect(whyNotSend({ ...facts, email: state })).toBeUndefined();
    }
  });

  it.each(reasons.map((reason, index) => [...reason, index] as const))(
    '%s is told before all that come after it',
    (code, reason, index) => {
      for (const [, later] of reasons.slice(index)) {
        expect(whyNotSend({ ...facts, ...later, ...reason })?.code).toBe(code);
      }
    },
  );
});

it('something is still to be done about what is being sent, or tried again', () => {
  expect(taskEmailStates.filter(isUnderWay)).toEqual(['sending', 'deferred']);
});

it('what waits to be tried again under a closed task is shown as withdrawn', () => {
  expect(shownState('deferred', 'open')).toBe('deferred');
  expect(shownState('deferred', 'completed')).toBe('withdrawn');
  expect(shownState('sent', 'completed')).toBe('sent');
});

describe('what becomes of the email of a task', () => {
  const at = '2026-11-23T16:00:00.000Z';
  const settings = started().definition.settings;
  const base = started({ steps: [call('one', 0, true), email('two', 2)], settings });
  const waiting: EnrollmentCase = {
    ...base,
    standing: { ...base.standing, state: 'waiting_task', nextAt: null, lastDoneAt: monday },
    openTasks: [{ id: 'task', stepId: 'one' }],
  };
  const after = (result: SendResult, attempts = 1, current = waiting) => {
    const attempt = { sendId: 'send', taskId: 'task', stepId: 'one', attempts };
    const happening = { ...by(at, { kind: 'user', id: 'robin' }), messageId: 'message' };
    return afterTaskEmail(current, attempt, result, happening);
  };
  const typesOf = ({ decision }: ReturnType<typeof after>) => decision.log.map(({ type }) => type);

  it('settled 13: sent, it completes the task, and the delay counts from then', () => {
    const done = after({ kind: 'sent' });
    expect(typesOf(done)).toEqual(['email_sent', 'task_completed']);
    expect(done.decision.standing).toMatchObject({
      stepId: 'two',
      nextAt: '2026-11-25T16:00:00.000Z',
    });
    expect(done.decision.taskChange).toEqual({ kind: 'complete', taskId: 'task' });
    expect(done.message).toEqual({ type: 'completeTask', taskId: 'task', messageId: 'message' });
    // The message takes effect once by its id, which one entry alone carries.
    expect(done.decision.log.map(({ messageId }) => messageId)).toEqual([undefined, 'message']);
    expect(done.email).toEqual({ state: 'sent', nextAt: null, rule: null });
    expect(done.decision.log[0]).toMatchObject({
      stepId: 'one',
      actor: { kind: 'user', id: 'robin' },
      data: { sendId: 'send', taskId: 'task' },
    });
    expect(done.decision.log[0]?.data).not.toHaveProperty('smtpCode');
  });

  it('sent under a task that was closed meanwhile, it is noted alone', () => {
    for (const completedTasks of [[], ['task']]) {
      const done = after({ kind: 'sent' }, 1, { ...waiting, openTasks: [], completedTasks });
      expect([typesOf(done), done.message]).toEqual([['email_sent'], undefined]);
      expect([done.decision.kind, done.email.state]).toEqual(['decision', 'sent']);
      expect(done.decision.standing).toEqual(waiting.standing);
    }
  });

  it('ENR-25: bounced, it ends an enrollment that lives, and no other', () => {
    const bounced = after({ kind: 'bounced', smtpCode: 550 });
    expect(bounced.decision.standing).toMatchObject({ state: 'errored', reason: 'bounced' });
    expect(typesOf(bounced)).toEqual(['email_rejected', 'errored']);
    expect(bounced.message).toEqual({ type: 'unenroll', messageId: 'message' });
    expect(bounced.email).toEqual({ state: 'rejected', nextAt: null, rule: null });
    expect(bounced.decision.log).toMatchObject([
      { data: { sendId: 'send', taskId: 'task', smtpCode: 550 } },
      { at, messageId: 'message', data: { sendId: 'send', smtpCode: 550 } },
    ]);
    const over = { ...waiting.standing, state: 'finished', stepId: null } as const;
    const late = after({ kind: 'bounced', smtpCode: 550 }, 1, { ...waiting, standing: over });
    expect([typesOf(late), late.message]).toEqual([['email_rejected'], undefined]);
    expect(late.email.state).toBe('rejected');
    expect(late.decision.standing).toEqual(over);
  });

  test.each<[SendResult, number, string, number | null]>([
    [{ kind: 'deferred', smtpCode: 451 }, 1, 'deferred', 5],
    [{ kind: 'deferred', smtpCode: 451 }, 5, 'deferred', 240],
    [{ kind: 'deferred', smtpCode: 451 }, 6, 'given_up', null],
    [{ kind: 'no_connection' }, 1, 'deferred', 1],
    [{ kind: 'no_connection' }, 29, 'deferred', 60],
    [{ kind: 'no_connection' }, 30, 'given_up', null],
    [{ kind: 'locked_out' }, 1, 'given_up', null],
    [{ kind: 'rejected', problem: 'refused', smtpCode: 554 }, 1, 'rejected', null],
    [{ kind: 'unknown' }, 1, 'unknown', null],
  ])('%o at attempt %i is %s, tried again in %o minutes; the task stays open', (...row) => {
    const [result, attempts, state, minutes] = row;
    const { email: standing, decision, message } = after(result, attempts);
    expect(standing.state).toBe(state);
    const waitMs = standing.nextAt === null ? null : Date.parse(standing.nextAt) - Date.parse(at);
    expect(waitMs).toBe(minutes === null ? null : minutes * 60_000);
    expect(standing.rule).toBe(minutes === null ? null : result.kind);
    expect(decision.standing).toEqual(waiting.standing);
    expect([decision.taskChange, message]).toEqual([undefined, undefined]);
  });

  test.each<[SendResult, string]>([
    [{ kind: 'deferred', smtpCode: 451 }, 'email_deferred'],
    [{ kind: 'no_connection' }, 'email_deferred'],
    [{ kind: 'locked_out' }, 'email_deferred'],
    [{ kind: 'rejected', problem: 'refused', smtpCode: 554 }, 'email_rejected'],
    [{ kind: 'unknown' }, 'email_uncertain'],
  ])('TSK-18: %o is told in the log as %s', (result, type) => {
    expect(typesOf(after(result))).toEqual([type]);
  });
});
