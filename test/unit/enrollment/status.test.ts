import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../src/domain/enrollment/enrollment.js';
import { statusOf } from '../../../src/domain/enrollment/status.js';
import type { Why } from '../../../src/domain/time/types.js';
import { started } from './cases.js';

const dayMs = 86_400_000;
const from = '2026-11-23T15:00:00.000Z';
const tuesday = '2026-12-01T22:00:00.000Z';
const said = 'Tue 1 Dec 2026 17:00 New York';

/** The status of an enrollment that stands before its second step, an email. */
const told = (changes: Partial<Standing>) => {
  const current = started();
  const standing = { ...current.standing, stepId: 'two', stepPosition: 2, ...changes };
  return statusOf({ ...current, standing });
};
const waiting = (...why: Why[]) => told({ nextAt: tuesday, why });
const paused = (changes: Partial<Standing> = {}) =>
  told({ state: 'paused', reason: 'manual', nextAt: null, pausedState: 'active', ...changes });
const ended = { stepId: null, stepPosition: null, nextAt: null, why: [] } as const;

describe('where an enrollment stands', () => {
  it('5.5: names the step that is next and its time', () => {
    expect(told({ nextAt: tuesday })).toMatchObject({
      state: 'active',
      reason: null,
      step: { id: 'two', position: 2, kind: 'automated_email' },
      nextAt: tuesday,
    });
    expect(told({ nextAt: tuesday })).not.toHaveProperty('pausedUntil');
  });

  it('5.5: names no step and no time once it has ended', () => {
    expect(told({ state: 'unenrolled', reason: 'replied', ...ended })).toEqual({
      state: 'unenrolled',
      reason: 'replied',
      step: null,
      nextAt: null,
      summary: 'end',
      why: 'unenrolled: replied',
    });
  });

  it('names the end of a pause that ends by itself', () => {
    expect(paused({ pausedUntil: tuesday }).pausedUntil).toBe(tuesday);
  });
});

describe('the summary of an enrollment in the Temporal UI', () => {
  const delay = (days: number, unit: 'business_days' | 'calendar_days'): Why => ({
    rule: 'delay',
    days,
    unit,
    from,
  });

  it.each<{ readonly words: string; readonly why: readonly Why[] }>([
    {
      words: '3 business days',
      why: [delay(3, 'business_days'), { rule: 'before_window', movedTo: tuesday }],
    },
    { words: '1 business day', why: [delay(1, 'business_days')] },
    { words: '3 days', why: [delay(3, 'calendar_days')] },
    { words: '1 day', why: [delay(1, 'calendar_days')] },
    { words: '0 business days', why: [delay(0, 'business_days')] },
    { words: 'rest of the delay', why: [{ rule: 'resumed', at: from, restMs: dayMs }] },
    { words: 'at once', why: [{ rule: 'at_once' }] },
    { words: 'at the chosen time', why: [{ rule: 'chosen_time', chosenAt: tuesday }] },
    {
      words: 'next free send slot',
      why: [{ rule: 'send_limit', limit: 'mailbox_day', movedTo: tuesday }],
    },
    { words: 'next', why: [{ rule: 'deferred', at: from }] },
    { words: 'next', why: [] },
  ])('5.5: begins with what the time rests on: $words', ({ words, why }) => {
    expect(waiting(...why).summary).toBe(`${words} → step 2 of 4, ${said}`);
  });

  it('names the step alone while a person is waited for', () => {
    const task = { stepId: 'call', state: 'waiting_task', nextAt: null } as const;
    expect(told(task).summary).toBe('step 3 of 4');
    expect(paused().summary).toBe('step 2 of 4');
  });

  it('says until when it is paused', () => {
    expect(paused({ pausedUntil: tuesday }).summary).toBe(
      `paused before step 2 of 4, until ${said}`,
    );
  });
});

describe('why, and why not yet', () => {
  it('5.5: says when the step runs and each rule that put it there', () => {
    const status = waiting(
      { rule: 'delay', days: 3, unit: 'business_days', from },
      { rule: 'before_window', movedTo: tuesday },
    );
    expect(status.why).toBe(
      `Runs step 2 (automated email) on ${said}: 3 business days after Mon 23 Nov 10:00; before the send window → Tue 1 Dec 17:00`,
    );
  });

  it('says what is run when no time is set', () => {
    expect(told({ nextAt: null }).why).toBe('Waits to run step 2 (automated email).');
  });

  it('speaks of the next step where its version does not have the step', () => {
    expect(told({ nextAt: null, stepId: 'gone' })).toMatchObject({
      step: null,
      summary: 'end',
      why: 'Waits to run the next step.',
    });
  });

  it('5.5: says why it is paused, and by hand where nothing says why', () => {
    expect(paused({ reason: 'soft_bounce' }).why).toBe(
      'Paused (soft_bounce) before step 2 (automated email).',
    );
    expect(paused({ reason: null }).why).toBe('Paused (manual) before step 2 (automated email).');
  });

  it('5.1: an uncertain send asks for a look into the mailbox', () => {
    expect(paused({ reason: 'send_uncertain' }).why).toBe(
      'Paused (send_uncertain) before step 2 (automated email). Nobody knows whether the email arrived: look into the mailbox, then skip the step.',
    );
  });

  it('says when a pause ends by itself, and that the rest of the delay runs then', () => {
    expect(paused({ reason: 'out_of_office', pausedUntil: tuesday, restMs: dayMs }).why).toBe(
      `Paused (out_of_office) before step 2 (automated email), until ${said}. 1 d of the delay are left and run then.`,
    );
  });

  it.each([
    [0, '0 min'],
    [1, '1 min'],
    [60_000, '1 min'],
    [60_001, '2 min'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [dayMs - 1, '1 d'],
    [dayMs, '1 d'],
    [2 * dayMs + 60_000, '2 d 1 min'],
    [dayMs + 18 * 3_600_000 + 30 * 60_000, '1 d 18 h 30 min'],
  ])('worked date 12: a rest of %i ms is told as %s, never as less than it is', (restMs, text) => {
    expect(paused({ restMs }).why).toBe(
      `Paused (manual) before step 2 (automated email). ${text} of the delay are left and run on resuming.`,
    );
  });
});
