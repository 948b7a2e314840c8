import { describe, expect, it } from 'vitest';
import type { EnrollmentCase, Standing } from '../../../src/domain/enrollment/enrollment.js';
import { goOn } from '../../../src/domain/enrollment/progress.js';
import {
  afterProof,
  afterSend,
  uncertainWhenLeft,
  type SendResult,
} from '../../../src/domain/enrollment/send-outcome.js';
import { by, monday, started } from './cases.js';

const wednesday = '2026-11-25T15:00:00.000Z';
/** Sends its second email, due on Wednesday at 10:00. */
const sending: EnrollmentCase = {
  ...started(),
  standing: goOn(started(), 'one', by(monday), { type: 'email_sent', data: {} }).standing,
};
const like = (changes: Partial<Standing>): EnrollmentCase => ({
  ...sending,
  standing: { ...sending.standing, ...changes },
});
const paused = (reason: Standing['reason'], pausedUntil: string | null = null) =>
  like({ state: 'paused', reason, nextAt: null, pausedState: 'active', restMs: 0, pausedUntil });
const over = like({ state: 'unenrolled', reason: 'replied', stepId: null, nextAt: null });
const elsewhere = like({ stepId: 'last', stepPosition: 4 });

const after = (result: SendResult, current = sending, attempts = 1) => {
  const attempt = { sendId: 'send', stepId: 'two', attempts };
  const decision = afterSend(current, attempt, result, by(wednesday));
  if (decision.kind === 'refusal') throw new Error(decision.detail);
  return decision;
};
const notes: readonly (readonly [SendResult, string, object])[] = [
  [{ kind: 'sent' }, 'email_sent', { sendId: 'send' }],
  [{ kind: 'bounced', smtpCode: 550 }, 'email_rejected', { sendId: 'send', smtpCode: 550 }],
  [
    { kind: 'rejected', problem: 'refused', smtpCode: 554 },
    'email_rejected',
    { sendId: 'send', problem: 'refused', smtpCode: 554 },
  ],
  [{ kind: 'deferred', smtpCode: 451 }, 'email_withdrawn', { sendId: 'send', smtpCode: 451 }],
  [{ kind: 'locked_out' }, 'email_withdrawn', { sendId: 'send' }],
  [{ kind: 'no_connection' }, 'email_withdrawn', { sendId: 'send' }],
  [{ kind: 'unknown' }, 'email_uncertain', { sendId: 'send' }],
];

describe('an email that was sent', () => {
  it('SEQ-14: plans the next step', () => {
    const { standing, log } = after({ kind: 'sent' });
    expect(standing).toMatchObject({ state: 'active', stepId: 'call', lastDoneAt: wednesday });
    expect(log).toMatchObject([{ type: 'email_sent', stepId: 'two', data: { sendId: 'send' } }]);
  });

  it('5.1: makes certain what was uncertain: that pause ends, and no other does', () => {
    expect(after({ kind: 'sent' }, paused('send_uncertain')).standing).toEqual(
      after({ kind: 'sent' }).standing,
    );
    expect(after({ kind: 'sent' }, paused('manual')).standing).toMatchObject({
      state: 'paused',
      reason: 'manual',
      stepId: 'call',
    });
  });
});

describe('an email that was taken for uncertain, and did not leave', () => {
  const uncertain = paused('send_uncertain');
  const attempt = { sendId: 'send', stepId: 'two' };

  it('5.1: is due again when its attempt says so: the pause ends', () => {
    const { standing, log } = afterProof(uncertain, attempt, by(wednesday));
    expect(standing).toMatchObject({
      ...{ state: 'active', reason: null, stepId: 'two', nextAt: wednesday },
      ...{ pausedState: null, restMs: null },
    });
    expect(log).toMatchObject([{ type: 'resumed', stepId: 'two' }]);
  });

  it.each([
    ['has ended', over],
    ['has gone on', elsewhere],
  ])('5.1: is told of where the enrollment %s', (_, current) => {
    const { standing, log } = afterProof(current, attempt, by(wednesday));
    expect(standing).toEqual(current.standing);
    expect(log).toMatchObject([
      { type: 'email_withdrawn', stepId: 'two', data: { sendId: 'send' } },
    ]);
  });

  it('5.1: is tried again when the server says no for now, or was not reached', () => {
    for (const result of [
      { kind: 'deferred', smtpCode: 451 },
      { kind: 'no_connection' },
    ] as const) {
      expect(after(result, uncertain).standing).toEqual(after(result).standing);
    }
  });

  it('5.1: waits for the mailbox when that took no login, and is due when it does', () => {
    expect(after({ kind: 'locked_out' }, uncertain).standing).toMatchObject({
      ...{ state: 'paused', reason: 'mailbox_disconnected', pausedState: 'active', restMs: 0 },
    });
  });
});

describe('an email whose step is left while its body is on its way', () => {
  it('5.1: is uncertain from then on, whoever left it', () => {
    const decision = goOn(sending, 'two', by(wednesday), { type: 'step_skipped', data: {} });
    const [skipped] = decision.log;
    expect(uncertainWhenLeft(decision, { stepId: 'two', sendId: 'send' })).toEqual({
      ...{ type: 'email_uncertain', at: wednesday, stepId: 'two', cause: skipped?.cause },
      ...{ actor: { kind: 'system' }, data: { sendId: 'send' } },
    });
  });
});

describe('an email that was refused for good', () => {
  it.each([
    [{ kind: 'bounced', smtpCode: 550 }, 'bounced', { smtpCode: 550 }],
    [
      { kind: 'rejected', problem: 'refused', smtpCode: 554 },
      'send_failed',
      { problem: 'refused', smtpCode: 554 },
    ],
  ] as const)(
    'ENR-25: %o ends the enrollment as errored/%s, and says why',
    (result, reason, told) => {
      const { standing, log, taskChange } = after(result);
      expect(standing).toMatchObject({ state: 'errored', reason, endedAt: wednesday });
      expect(log).toMatchObject([{ type: 'errored', data: { ...told, sendId: 'send', reason } }]);
      expect(taskChange).toEqual({ kind: 'cancel_open' });
    },
  );
});

describe('an email that was refused for now', () => {
  it('is tried again after a gap', () => {
    const { standing, log } = after({ kind: 'deferred', smtpCode: 451 });
    expect(standing).toMatchObject({
      state: 'active',
      stepId: 'two',
      nextAt: '2026-11-25T15:05:00.000Z',
      why: [{ rule: 'deferred', at: wednesday }],
    });
    expect(log).toMatchObject([
      { type: 'email_deferred', data: { sendId: 'send', next: { stepId: 'two' } } },
    ]);
  });

  it('2.2: pauses for the day once there is no gap left', () => {
    const { standing, log } = after({ kind: 'deferred', smtpCode: 451 }, sending, 6);
    expect(standing).toMatchObject({ state: 'paused', reason: 'soft_bounce', restMs: 0 });
    expect(log).toMatchObject([
      { type: 'paused', data: { sendId: 'send', reason: 'soft_bounce' } },
    ]);
  });

  it('is tried again hourly when the server is not reached', () => {
    const { standing } = after({ kind: 'no_connection' }, sending, 20);
    expect(standing).toMatchObject({
      nextAt: '2026-11-25T16:00:00.000Z',
      why: [{ rule: 'no_connection', at: wednesday }],
    });
  });

  it('waits for the resume when it was paused meanwhile', () => {
    const current = paused('manual');
    const { standing, log } = after({ kind: 'deferred', smtpCode: 451 }, current);
    expect(standing).toEqual(current.standing);
    expect(log).toMatchObject([{ type: 'email_deferred', data: { sendId: 'send' } }]);
  });
});

describe('an email that pauses its enrollment', () => {
  it.each([
    ['locked_out', 'mailbox_disconnected'],
    ['unknown', 'send_uncertain'],
  ] as const)('2.2: %s pauses as %s', (kind, reason) => {
    const { standing, log } = after({ kind });
    expect(standing).toMatchObject({ state: 'paused', reason, pausedState: 'active' });
    expect(log).toMatchObject([
      { type: 'paused', stepId: 'two', data: { sendId: 'send', state: 'paused', reason } },
    ]);
  });

  it('2.2: a person’s pause stays theirs, unless the send is uncertain', () => {
    const current = paused('manual', '2026-12-01T10:00:00.000Z');
    const locked = after({ kind: 'locked_out' }, current);
    expect(locked.standing).toEqual(current.standing);
    expect(locked.log).toMatchObject([
      { type: 'paused', data: { sendId: 'send', state: 'paused', reason: 'mailbox_disconnected' } },
    ]);
    expect(after({ kind: 'unknown' }, current).standing).toEqual({
      ...current.standing,
      reason: 'send_uncertain',
      pausedUntil: null,
    });
  });

  it('takes the place of an automatic pause', () => {
    const current = paused('out_of_office', '2026-12-01T10:00:00.000Z');
    expect(after({ kind: 'locked_out' }, current).standing).toEqual({
      ...current.standing,
      reason: 'mailbox_disconnected',
      pausedUntil: null,
    });
  });
});

describe.each([
  ['has ended', over],
  ['is at another step', elsewhere],
])('an email of an enrollment that %s by now', (_, current) => {
  it.each(notes)('worked date 16: %o changes nothing and is noted as %s', (result, type, data) => {
    const decision = after(result, current);
    expect(decision.kind).toBe('decision');
    expect(decision.standing).toEqual(current.standing);
    expect(decision.log).toMatchObject([{ type, stepId: 'two', at: wednesday }]);
    expect(decision.log[0]?.data).toEqual(data);
  });
});
