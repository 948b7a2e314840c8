import { describe, expect, it } from 'vitest';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import { withoutUser } from '../../../src/domain/enrollment/remove-user.js';
import { by, monday, started } from './cases.js';

const waiting: EnrollmentCase = {
  ...started(),
  openTasks: [
    { id: 'task', stepId: 'call', assigneeId: 'assignee' },
    { id: 'given', stepId: 'call', assigneeId: 'helper' },
  ],
};
const tuesday = '2026-11-24T15:00:00.000Z';
const parts = { senderId: 'sender', enrolledById: 'maker', taskAssigneeId: 'assignee' };
const remove = (userId: string, successorId?: string) =>
  withoutUser(waiting, parts, { userId, successorId }, by(tuesday));

describe('an enrollment whose user is removed', () => {
  it.each(['sender', 'maker'])(
    '2.2: ends as unenrolled/user_removed when it was the %s',
    (userId) => {
      const decision = remove(userId);
      expect(decision?.kind).toBe('decision');
      expect(decision?.standing).toMatchObject({
        state: 'unenrolled',
        reason: 'user_removed',
        stepId: null,
        nextAt: null,
        endedAt: tuesday,
      });
      expect(decision?.log).toMatchObject([
        {
          type: 'unenrolled',
          at: tuesday,
          stepId: 'one',
          data: { state: 'unenrolled', reason: 'user_removed' },
        },
      ]);
    },
  );

  it('2.2: has its open tasks cancelled when it ends and nobody takes over', () => {
    expect(remove('sender')?.taskChange).toEqual({ kind: 'cancel_open' });
  });

  it('2.2: leaves its open tasks to the successor when it ends', () => {
    const decision = remove('sender', 'successor');
    expect(decision?.standing.state).toBe('unenrolled');
    expect(decision).not.toHaveProperty('taskChange');
  });

  it.each([
    ['the successor', 'successor', 'successor'],
    ['whoever made it', undefined, 'maker'],
  ])('TSK-01: goes on when only its tasks were theirs, which %s takes over', (_, given, taker) => {
    const decision = remove('assignee', given);
    expect(decision).toEqual({
      kind: 'decision',
      standing: waiting.standing,
      log: [
        {
          type: 'assignee_changed',
          at: tuesday,
          stepId: 'one',
          actor: { kind: 'system' },
          cause: { kind: 'due' },
          data: { assigneeId: taker },
        },
      ],
    });
  });

  it.each([
    ['the successor', 'successor', 'successor'],
    ['whoever made it', undefined, 'maker'],
  ])('TSK-01: passes a single task that was given to them to %s', (_, given, taker) => {
    const data = { taskId: 'given', fromAssigneeId: 'helper', assigneeId: taker };
    expect(remove('helper', given)).toMatchObject({
      standing: waiting.standing,
      log: [{ type: 'task_reassigned', at: tuesday, stepId: 'call', data }],
    });
    expect(remove('nobody of it', given)).toBeUndefined();
  });

  it('names the step that it ended at as the one that was next', () => {
    expect(waiting.standing).toMatchObject({ stepId: 'one', nextAt: monday });
    expect(remove('maker')?.log[0]?.stepId).toBe('one');
  });
});
