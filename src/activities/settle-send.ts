import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../db/client.js';
import { advanceSend, type EmailSendRow, type LeaseRef } from '../db/queries/email-sends.js';
import {
  lockEnrollment,
  queueForWorkflow,
  saveDecision,
} from '../db/queries/enrollment-changes.js';
import { suppress } from '../db/queries/suppressions.js';
import type { Happening } from '../domain/enrollment/progress.js';
import { isLive } from '../domain/enrollment/state.js';
import { afterSend, type SendResult } from '../domain/enrollment/send-outcome.js';
import { statusOf, type EnrollmentStatus } from '../domain/enrollment/status.js';
import type { SendState } from '../db/schema/email-sends.js';
import { normalizeAddress } from '../domain/message/address.js';
import type { SubmitFailure, SubmitOutcome } from '../mail/port.js';
import { InvariantError } from './invariant-error.js';

/** A send under its lease. */
export interface LeasedSend {
  readonly send: EmailSendRow;
  readonly ref: LeaseRef;
}

/**
 * The last look before the first byte (the boundary between "safe to try again" and "may be delivered"): `in_data` is
 * committed if the enrollment is still live and not paused, and the lease still ours. A reply or a pause that was committed
 * before this wins; one that comes after finds the mail on its way.
 */
export async function enterData(tx: Tx, { send, ref }: LeasedSend): Promise<'go' | 'stop'> {
  const locked = await lockEnrollment(tx, send.accountId, send.enrollmentId);
  const state = locked?.standing.state;
  const isHeld = Boolean(locked?.heldBy);
  const isNext = locked?.standing.stepId === send.stepId;
  const wanted = (state === 'active' || state === 'scheduled') && isNext && !isHeld;
  if (wanted) {
    return (await advanceSend(tx, ref, { from: ['connecting'], to: 'in_data' })) ? 'go' : 'stop';
  }
  // A paused step, or one whose sequence or account was just paused, will be sent later; one whose enrollment has ended or gone on never will.
  const stillDue = state !== undefined && isLive(state) && isNext;
  await advanceSend(tx, ref, { from: ['connecting'], to: stillDue ? 'reserved' : 'withdrawn' });
  return 'stop';
}

/** Writes what became of the attempt, on the ledger and on the enrollment, in one transaction. */
export async function settleSend(
  tx: Tx,
  { send, ref }: LeasedSend,
  outcome: SubmitOutcome,
  now: string,
): Promise<EnrollmentStatus> {
  const locked = await lockEnrollment(tx, send.accountId, send.enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${send.enrollmentId}`);
  if (outcome.kind === 'stopped') return statusOf(locked);
  const result = judge(outcome);
  const moved = await advanceSend(tx, ref, {
    // A late answer also clears up what had been given up as unknown.
    from: result.kind === 'unknown' ? ['in_data'] : ['connecting', 'in_data', 'unknown'],
    to: ledgerState(result),
    settledAt: now,
    ...factsOf(outcome),
  });
  if (!moved) return statusOf(locked);
  const happening: Happening = {
    at: now,
    actor: { kind: 'system' },
    cause: { kind: 'smtpReply' in factsOf(outcome) ? 'server_reply' : 'due' },
  };
  const attempt = { sendId: send.id, stepId: send.stepId, attempts: send.attempts };
  const decision = afterSend(locked, attempt, result, happening);
  if (result.kind === 'bounced') await suppressRecipient(tx, send, now);
  if (decision.kind === 'refusal') return statusOf(locked);
  const saved = await saveDecision(tx, locked, decision);
  // Another attempt had told the workflow that it is paused: it must hear that it is not.
  if (locked.standing.reason === 'send_uncertain' && saved.standing.state !== 'paused') {
    await queueForWorkflow(tx, locked.row, { type: 'resume', messageId: uuidv7() });
  }
  return statusOf(saved);
}

/** What the server said, as far as it said something. */
function factsOf(outcome: SubmitOutcome): {
  readonly smtpReply?: string;
  readonly serverMessageId?: string;
} {
  switch (outcome.kind) {
    case 'accepted':
      return {
        smtpReply: outcome.reply,
        ...(outcome.serverMessageId === undefined
          ? {}
          : { serverMessageId: outcome.serverMessageId }),
      };
    case 'refused':
      return { smtpReply: outcome.reply };
    default:
      return {};
  }
}

/** Notes that the address takes no mail (ENR-25); harmless when that is known. */
async function suppressRecipient(tx: Tx, send: EmailSendRow, now: string): Promise<void> {
  const address = normalizeAddress(send.recipient);
  if (!address.ok) return;
  await suppress(tx, send.accountId, {
    address: address.normalized,
    reason: 'bounced',
    createdBy: { kind: 'system' },
    createdAt: now,
  });
}

/** Sorts a server's answer; a 5xx is a hard bounce only when it is about the recipient's address. */
function judge(outcome: Exclude<SubmitOutcome, { readonly kind: 'stopped' }>): SendResult {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'sent' };
    case 'unknown':
      return { kind: 'unknown' };
    case 'not_attempted':
      return judgeFailure(outcome.cause.reason);
    case 'refused':
      return judgeRefusal(outcome);
  }
}

function judgeFailure(reason: SubmitFailure): SendResult {
  switch (reason) {
    case 'login':
    case 'login_not_offered':
      return { kind: 'locked_out' };
    case 'invalid_envelope':
    case 'too_large':
      return { kind: 'rejected' };
    default:
      return { kind: 'no_connection' };
  }
}

function judgeRefusal({
  permanent,
  stage,
  code,
  reply,
}: Extract<SubmitOutcome, { readonly kind: 'refused' }>): SendResult {
  if (stage === 'connect') return { kind: 'no_connection' };
  if (stage === 'auth') {
    return permanent ? { kind: 'locked_out', smtpCode: code } : { kind: 'no_connection' };
  }
  if (!permanent) return { kind: 'deferred', smtpCode: code };
  return isAboutAddress(stage, code, reply)
    ? { kind: 'bounced', smtpCode: code }
    : { kind: 'rejected', smtpCode: code };
}

/** RFC 3463: 5.1.x is about the address; without an enhanced code, 550, 551 and 553 to RCPT are taken as that. */
function isAboutAddress(stage: string, code: number, reply: string): boolean {
  const enhanced = /\b5\.(\d{1,3})\.\d{1,3}\b/.exec(reply)?.[1];
  if (enhanced !== undefined) return enhanced === '1';
  return stage === 'rcpt_to' && [550, 551, 553].includes(code);
}

function ledgerState(result: SendResult): SendState {
  switch (result.kind) {
    case 'sent':
      return 'sent';
    case 'unknown':
      return 'unknown';
    case 'bounced':
    case 'rejected':
      return 'rejected';
    default:
      return 'deferred';
  }
}
