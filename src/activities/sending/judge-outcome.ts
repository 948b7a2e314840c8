import type { SendState } from '../../domain/sending/email-state.js';
import type { SendResult } from '../../domain/enrollment/send-outcome.js';
import type { SubmitFailure, SubmitOutcome } from '../../mail/outgoing/port.js';

/**
 * What the server answered; nothing where it did not answer, and nothing of what it said before it answered EHLO: it may be
 * no mail server at all.
 */
export function factsOf(outcome: SubmitOutcome): {
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
      return outcome.stage === 'connect' ? {} : { smtpReply: outcome.reply };
    default:
      return {};
  }
}

/** Sorts a server's answer; a 5xx is a hard bounce only when it is about the recipient's address. */
export function judge(outcome: Exclude<SubmitOutcome, { readonly kind: 'stopped' }>): SendResult {
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
      return { kind: 'rejected', problem: 'bad_address' };
    case 'too_large':
      return { kind: 'rejected', problem: 'too_large' };
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
  if (stage === 'connect' || stage === 'starttls') return { kind: 'no_connection' };
  if (stage === 'auth') {
    return permanent ? { kind: 'locked_out', smtpCode: code } : { kind: 'no_connection' };
  }
  if (!permanent) return { kind: 'deferred', smtpCode: code };
  return isAboutAddress(stage, code, reply)
    ? { kind: 'bounced', smtpCode: code }
    : { kind: 'rejected', problem: 'refused', smtpCode: code };
}

/** RFC 3463: 5.1.x is about the address; without an enhanced code, 550, 551 and 553 to RCPT are taken as that. */
function isAboutAddress(stage: string, code: number, reply: string): boolean {
  const enhanced = /\b5\.(\d{1,3})\.\d{1,3}\b/.exec(reply)?.[1];
  if (enhanced !== undefined) return enhanced === '1';
  return stage === 'rcpt_to' && [550, 551, 553].includes(code);
}

/** The states that a result moves a send on from. A late answer settles even what was taken for uncertain, or withdrawn meanwhile. */
export function movedFrom({ kind }: SendResult): readonly SendState[] {
  switch (kind) {
    case 'unknown':
      return ['in_data'];
    case 'bounced':
    case 'rejected':
      return ['connecting', 'in_data', 'unknown', 'withdrawn'];
    default:
      return ['connecting', 'in_data', 'unknown'];
  }
}

/** The state that the ledger gives a send with this result; one whose step is passed is not tried again. */
export function ledgerState(result: SendResult, isPassed: boolean): SendState {
  switch (result.kind) {
    case 'sent':
      return 'sent';
    case 'unknown':
      return 'unknown';
    case 'bounced':
    case 'rejected':
      return 'rejected';
    default:
      return isPassed ? 'withdrawn' : 'deferred';
  }
}
