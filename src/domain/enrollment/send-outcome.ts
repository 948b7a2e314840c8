import type { Decision, EnrollmentCase, Refusal } from './enrollment.js';
import type { SendProblem } from '../sending/send-problem.js';
import type { LogData, LogEntry } from './log.js';
import { lift, pause } from './pause.js';
import { afterNoConnection, afterSoftBounce, postpone } from './postpone.js';
import { end, entry, goOn, type Happening } from './progress.js';
import { isLive } from './state.js';

/** What became of one attempt to send, as far as the enrollment is concerned. */
export type SendResult =
  | { readonly kind: 'sent' }
  /** The address does not exist or takes no mail: a hard bounce. */
  | { readonly kind: 'bounced'; readonly smtpCode: number }
  /** Refused for good for another reason, such as the content. */
  | { readonly kind: 'rejected'; readonly problem: SendProblem; readonly smtpCode?: number }
  /** Refused for now, by the recipient's side. */
  | { readonly kind: 'deferred'; readonly smtpCode: number }
  /** The mail server took no login. */
  | { readonly kind: 'locked_out'; readonly smtpCode?: number }
  /** The mail server could not be reached. */
  | { readonly kind: 'no_connection' }
  /** The body was begun and no answer came. */
  | { readonly kind: 'unknown' };

export interface SendAttempt {
  readonly sendId: string;
  readonly stepId: string;
  /** How many attempts there were, this one included. */
  readonly attempts: number;
}

/** What the outcome of an attempt does to its enrollment, which may have ended or been paused meanwhile. */
export function afterSend(
  current: EnrollmentCase,
  attempt: SendAttempt,
  result: SendResult,
  happening: Happening,
): Decision | Refusal {
  const { sendId, stepId } = attempt;
  const data = { sendId, ...factsOfResult(result) };
  if (result.kind === 'sent') return sent(current, attempt, happening);
  if (!isAt(current, stepId)) {
    return logOnly(current, stepId, happening, { type: logTypeOf(result), data });
  }
  switch (result.kind) {
    case 'bounced':
      return end(current, { state: 'errored', reason: 'bounced' }, happening, data);
    case 'rejected':
      return end(current, { state: 'errored', reason: 'send_failed' }, happening, data);
    case 'unknown':
      return pauseUnlessPaused(current, 'send_uncertain', happening, data);
    case 'locked_out':
      return pauseUnlessPaused(
        dueAgain(current, happening),
        'mailbox_disconnected',
        happening,
        data,
      );
    case 'deferred':
    case 'no_connection':
      return tryAgain(dueAgain(current, happening), attempt, result.kind, happening);
  }
}

/**
 * What it does to an enrollment that an email is proven not to have left, which had been taken for uncertain. While its
 * step is next, the pause that the uncertainty made ends, and the email goes out; else the log says that nothing was
 * delivered.
 */
export function afterProof(
  current: EnrollmentCase,
  { sendId, stepId }: Pick<SendAttempt, 'sendId' | 'stepId'>,
  happening: Happening,
): Decision {
  return isAt(current, stepId) && current.standing.reason === 'send_uncertain'
    ? lift(current, happening)
    : logOnly(current, stepId, happening, { type: 'email_withdrawn', data: { sendId } });
}

/** The entry of an email whose step is left by a decision while its body may be on its way: nobody knows whether it arrives. */
export function uncertainWhenLeft(
  { log: [first] }: Decision,
  send: { readonly stepId: string; readonly sendId: string; readonly taskId?: string },
): LogEntry {
  if (first === undefined) throw new RangeError('no step is left without an entry in the log');
  const { stepId, ...data } = send;
  const { at, cause } = first;
  return entry('email_uncertain', stepId, { at, cause, actor: { kind: 'system' } }, data);
}

/** What the log tells of a result. */
export function factsOfResult(result: SendResult): Pick<LogData, 'smtpCode' | 'problem'> {
  return {
    ...('smtpCode' in result && { smtpCode: result.smtpCode }),
    ...('problem' in result && { problem: result.problem }),
  };
}

function isAt({ standing }: EnrollmentCase, stepId: string): boolean {
  return isLive(standing.state) && standing.stepId === stepId;
}

/** Nothing was delivered, so the pause that an uncertainty made ends, and the email is due. */
function dueAgain(current: EnrollmentCase, { at }: Happening): EnrollmentCase {
  const { standing } = current;
  if (standing.reason !== 'send_uncertain') return current;
  const due = {
    state: 'active',
    reason: null,
    nextAt: at,
    pausedState: null,
    restMs: null,
  } as const;
  return { ...current, standing: { ...standing, ...due } };
}

/** The server took the mail: the step has run, whatever happened to the enrollment since (worked date 16). */
function sent(current: EnrollmentCase, attempt: SendAttempt, happening: Happening): Decision {
  const { standing } = current;
  const record = { type: 'email_sent', data: { sendId: attempt.sendId } } as const;
  if (!isAt(current, attempt.stepId)) {
    return logOnly(current, attempt.stepId, happening, record);
  }
  // The outcome is known now, so the pause that the uncertainty made ends.
  const certain: EnrollmentCase =
    standing.reason === 'send_uncertain'
      ? { ...current, standing: { ...standing, state: 'active', reason: null, pausedState: null } }
      : current;
  return goOn(certain, attempt.stepId, happening, record);
}

function tryAgain(
  current: EnrollmentCase,
  attempt: SendAttempt,
  kind: 'deferred' | 'no_connection',
  happening: Happening,
): Decision | Refusal {
  const { sendId, attempts } = attempt;
  const record = { type: 'email_deferred', data: { sendId } } as const;
  if (current.standing.state === 'paused') {
    return logOnly(current, attempt.stepId, happening, record);
  }
  const nextAt =
    kind === 'deferred'
      ? afterSoftBounce(current, attempts, happening.at)
      : afterNoConnection(attempts, happening.at);
  if (nextAt === undefined) return pause(current, 'soft_bounce', happening, { sendId });
  return postpone(current, { nextAt, why: [{ rule: kind, at: happening.at }] }, happening, record);
}

function pauseUnlessPaused(
  current: EnrollmentCase,
  reason: 'send_uncertain' | 'mailbox_disconnected',
  happening: Happening,
  data: { readonly sendId: string },
): Decision | Refusal {
  const { standing } = current;
  if (standing.state !== 'paused') return pause(current, reason, happening, data);
  // A person paused it meanwhile, and no automatic pause takes the place of theirs; only what is uncertain must be looked into
  // first, and is never gone into by itself.
  const isTheirs = standing.reason === 'manual' && reason !== 'send_uncertain';
  return {
    kind: 'decision',
    standing: isTheirs ? standing : { ...standing, reason, pausedUntil: null },
    log: [entry('paused', standing.stepId, happening, { ...data, state: 'paused', reason })],
  };
}

function logOnly(
  current: EnrollmentCase,
  stepId: string,
  happening: Happening,
  record: {
    readonly type: ReturnType<typeof logTypeOf> | 'email_sent' | 'email_deferred';
    readonly data: object;
  },
): Decision {
  const log = [entry(record.type, stepId, happening, record.data)];
  return { kind: 'decision', standing: current.standing, log };
}

/** What is told of an email whose step was left before its outcome: it is not tried again. */
function logTypeOf(result: SendResult): 'email_uncertain' | 'email_withdrawn' | 'email_rejected' {
  switch (result.kind) {
    case 'unknown':
      return 'email_uncertain';
    case 'bounced':
    case 'rejected':
      return 'email_rejected';
    default:
      return 'email_withdrawn';
  }
}
