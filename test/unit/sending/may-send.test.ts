import { describe, expect, it, test } from 'vitest';
import { enrollmentStates, type EnrollmentState } from '../../../src/domain/enrollment/state.js';
import { suppressionReasons, endingOf } from '../../../src/domain/enrollment/suppression.js';
import {
  endingFor,
  turnOfStep,
  turnOfTask,
  whyNotNow,
  type SendFacts,
  type SendObstacle,
  type SendTurn,
} from '../../../src/domain/sending/may-send.js';

const facts: SendFacts = {
  turn: 'now',
  isHeld: false,
  isSenderFit: true,
  hasMailbox: true,
  address: 'ada@example.com',
  suppression: undefined,
};

describe('whether a mail may go now', () => {
  /** From the obstacle that is told first to the one that is told last. */
  const obstacles: readonly (readonly [SendObstacle['kind'], Partial<SendFacts>])[] = [
    ['over', { turn: 'over' }],
    ['later', { turn: 'later' }],
    ['held', { isHeld: true }],
    ['sender_unfit', { isSenderFit: false }],
    ['no_mailbox', { hasMailbox: false }],
    ['no_address', { address: null }],
    ['suppressed', { suppression: 'unsubscribed' }],
  ];

  it('is the case when nothing forbids it', () => {
    expect(whyNotNow(facts)).toBeUndefined();
  });

  it('depends on its turn alone where nothing else was looked at', () => {
    expect(whyNotNow({ turn: 'now' })).toBeUndefined();
    expect(whyNotNow({ turn: 'over' })).toEqual({ kind: 'over' });
  });

  it.each(obstacles.map((obstacle, index) => [...obstacle, index] as const))(
    '%s is told before all that come after it',
    (kind, obstacle, index) => {
      for (const [, later] of obstacles.slice(index)) {
        expect(whyNotNow({ ...facts, ...later, ...obstacle })?.kind).toBe(kind);
      }
    },
  );

  it('says why the address must not be written to', () => {
    const suppression = 'marked_as_spam';
    expect(whyNotNow({ ...facts, suppression })).toEqual({ kind: 'suppressed', suppression });
  });
});

describe('whose turn it is', () => {
  const turns: Record<EnrollmentState, SendTurn> = {
    scheduled: 'now',
    active: 'now',
    waiting_task: 'later',
    paused: 'later',
    finished: 'over',
    unenrolled: 'over',
    errored: 'over',
  };
  test.each(enrollmentStates)('the next step of an enrollment that is %s', (state) => {
    expect(turnOfStep({ state, stepId: 'one' }, 'one')).toBe(turns[state]);
    // It has gone on, or back, to another step.
    expect(turnOfStep({ state, stepId: 'two' }, 'one')).toBe('over');
    expect(turnOfStep({ state, stepId: null }, 'one')).toBe('over');
  });

  it('a task’s only while it is open', () => {
    expect(turnOfTask({ state: 'open' })).toBe('now');
    expect(turnOfTask({ state: 'completed' })).toBe('over');
    expect(turnOfTask({ state: 'cancelled' })).toBe('over');
    expect(turnOfTask(undefined)).toBe('over');
  });
});

describe('how the enrollment ends', () => {
  it('whose sender was deactivated, or whose contact has no address', () => {
    expect(endingFor({ kind: 'sender_unfit' })).toEqual({
      state: 'unenrolled',
      reason: 'user_removed',
    });
    expect(endingFor({ kind: 'no_address' })).toEqual({ state: 'errored', reason: 'send_failed' });
  });

  test.each(suppressionReasons)('ENR-25: whose address is %s', (suppression) => {
    expect(endingFor({ kind: 'suppressed', suppression })).toEqual(endingOf(suppression));
  });

  test.each(['over', 'later', 'held', 'no_mailbox'] as const)('not at all: %s', (kind) => {
    expect(endingFor({ kind })).toBeUndefined();
  });
});
