import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { putOffFailing, type Askable } from '../../../src/activities/put-off-failing.js';
import type { Belief } from '../../../src/domain/enrollment/failing.js';
import type { EnrollmentStatus } from '../../../src/domain/enrollment/status.js';
import { createLogger } from '../../../src/observability/logger.js';

const at = '2026-11-29T10:00:00.000Z';
const quickTries = 5;
/** So many attempts more may have reached a worker that stands still. */
const lostTries = 3;
const deps = {
  quickTries,
  logger: createLogger({ level: 'silent' }),
  clock: { nowMs: () => Date.parse(at) },
  clocksApartMs: 0,
};
const belief: Belief = {
  state: 'active',
  reason: null,
  step: { id: 'one', position: 1, kind: 'automated_email' },
};
const done: EnrollmentStatus = { ...belief, nextAt: null, summary: 'done', why: 'Done.' };

/** The activity's answer at an attempt, and how often the work itself was begun. */
async function answerAt(attempt: number, work: () => EnrollmentStatus, known: Belief | null) {
  let begun = 0;
  const activity = putOffFailing<Askable>(deps, () => {
    begun += 1;
    return Promise.resolve().then(work);
  });
  const dueMs = Date.parse(at);
  const environment = new MockActivityEnvironment({
    attempt,
    scheduledTimestampMs: dueMs,
    currentAttemptScheduledTimestampMs: dueMs,
  });
  const input = { at, enrollmentId: 'an enrollment', ...(known && { belief: known }) };
  const answer = await environment.run<[Askable], EnrollmentStatus, typeof activity>(
    activity,
    input,
  );
  return { answer, begun };
}
const msAfterDue = (instant: string | null | undefined): number =>
  Date.parse(instant ?? '') - Date.parse(at);
const breaks = (): never => {
  throw Object.assign(new Error('broken'), { code: 'P0001' });
};
const waits = (): never => {
  throw ApplicationFailure.create({ type: 'NoPlace', message: 'full', nextRetryDelay: 7_000 });
};

describe('an activity that can be put off', () => {
  it('fails in its first attempts, and answers in the last of them that it is put off', async () => {
    await expect(answerAt(quickTries - 1, breaks, belief)).rejects.toThrow('broken');
    const { answer } = await answerAt(quickTries, breaks, belief);
    expect(answer).toMatchObject({ ...belief, failing: { rounds: 1 } });
    expect(msAfterDue(answer.failing?.since)).toBeLessThan(5_000);
    expect(answer.why).toContain('(P0001)');
  });

  it('that fails since an earlier round is put off in its first attempt', async () => {
    const failing = { since: '2026-11-29T09:00:00.000Z', rounds: 3 };
    const { answer } = await answerAt(1, breaks, { ...belief, failing });
    expect(answer.failing).toEqual({ ...failing, rounds: 4 });
  });

  it('that none of all attempts has answered is not begun again, and says so', async () => {
    const { answer, begun } = await answerAt(quickTries + lostTries + 1, () => done, belief);
    expect(begun).toBe(0);
    expect(answer).toMatchObject({ failing: { rounds: 1 } });
    expect(answer.why).toContain('(NO_ANSWER)');
    expect(await answerAt(quickTries + lostTries, () => done, belief)).toEqual({
      answer: done,
      begun: 1,
    });
  });

  it('only waits when it has no turn yet, and does not count as failing', async () => {
    await expect(answerAt(quickTries - 1, waits, belief)).rejects.toThrow('full');
    const { answer } = await answerAt(quickTries, waits, belief);
    expect(answer).toMatchObject(belief);
    const waitedMs = msAfterDue(answer.nextAt);
    expect(waitedMs).toBeGreaterThanOrEqual(7_000);
    expect(waitedMs).toBeLessThan(12_000);
    expect(answer.failing).toBeUndefined();
  });

  it('stays cancelled, and stays failed for a reason of its own', async () => {
    const cancel = (): never => {
      throw new CancelledFailure('the worker stops');
    };
    await expect(answerAt(quickTries, cancel, belief)).rejects.toThrow(CancelledFailure);
    const fail = (): never => {
      throw ApplicationFailure.nonRetryable('no such thing');
    };
    await expect(answerAt(quickTries, fail, belief)).rejects.toThrow(ApplicationFailure);
  });

  it('asked by a run of a release that knows no belief is never put off', async () => {
    await expect(answerAt(quickTries + lostTries + 1, breaks, null)).rejects.toThrow('broken');
  });
});
