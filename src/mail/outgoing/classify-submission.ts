import type { SentMessageInfo, SMTPError } from 'nodemailer/lib/smtp-connection';
import type { SubmitCause, SubmitFailure, SubmitOutcome, SubmitStage } from './port.js';

/** How far the body had come when the connection failed or the server answered. */
export interface BodyProgress {
  started(): boolean;
  ended(): boolean;
}

const maxReplyLength = 2_000;

const reasons: Readonly<Record<string, SubmitFailure>> = {
  ETIMEDOUT: 'timeout',
  EDNS: 'dns',
  ECONNECTION: 'connection',
  ESOCKET: 'connection',
  ETLS: 'tls',
  EAUTH: 'login',
  EPROTOCOL: 'protocol',
  EENVELOPE: 'protocol',
  EMESSAGE: 'protocol',
};

/**
 * Says what a failure means, in the order in which an SMTP session can fail.
 *
 * Once a byte of the body has left, only a complete 4xx or 5xx answer to the message itself says that the server does not
 * have it; a drop, a timeout, an unterminated line or any other text leaves it `unknown`. Before that, a 4xx or 5xx reply is
 * a refusal of the command that it answers, and everything else was not attempted.
 */
export function classifyFailure(error: SMTPError, body: BodyProgress): SubmitOutcome {
  const code = error.responseCode ?? 0;
  const answersMessage = error.code === 'EMESSAGE' && error.command === 'DATA';
  const isRefusal = code >= 400 && code <= 599 && (answersMessage || !body.started());
  if (!isRefusal) {
    return { kind: body.started() ? 'unknown' : 'not_attempted', cause: causeOf(error) };
  }
  return {
    kind: 'refused',
    permanent: code >= 500 && code !== 503,
    stage: answersMessage ? 'message' : stageOf(error),
    code,
    reply: cut(error.response ?? error.message),
  };
}

/** A mail is accepted only if its whole body had left and the reply is a well-formed 2xx: the connection checks the first digit alone. */
export function classifyAcceptance(info: SentMessageInfo, body: BodyProgress): SubmitOutcome {
  const { response, serverMessageId } = info;
  if (body.ended() && /^2\d\d(?:[ -]|$)/.test(response)) {
    const id = serverMessageId === undefined ? {} : { serverMessageId: cut(serverMessageId) };
    return { kind: 'accepted', reply: cut(response), ...id };
  }
  const cause: SubmitCause = { reason: 'protocol', text: cut(`unexpected reply: ${response}`) };
  return { kind: body.started() ? 'unknown' : 'not_attempted', cause };
}

function stageOf(error: SMTPError): SubmitStage {
  switch (error.command) {
    case 'MAIL FROM':
      return 'mail_from';
    case 'RCPT TO':
      return 'rcpt_to';
    case 'DATA':
      return 'data';
    case 'STARTTLS':
      return 'starttls';
    default:
      return error.code === 'EAUTH' ? 'auth' : 'connect';
  }
}

function causeOf(error: SMTPError): SubmitCause {
  const text = cut(error.message);
  if (error.code === 'EENVELOPE' && error.command === 'API') {
    return { reason: 'invalid_envelope', text };
  }
  if (error.code === 'EMESSAGE' && error.command === 'MAIL FROM')
    return { reason: 'too_large', text };
  // An untrusted certificate is reported as a socket error; its own code stands in `originalCode`.
  if (/CERT|TLS|SSL|VERIFY|^EPROTO$/.test(error.originalCode ?? '')) return { reason: 'tls', text };
  return { reason: reasons[error.code ?? ''] ?? 'other', text };
}

/** A server's words as a text that can be stored: without control characters but line breaks and tabs, whole characters, bounded. */
function cut(text: string): string {
  return text
    .replace(/[^\P{Cc}\n\t]+/gu, '')
    .slice(0, maxReplyLength)
    .replace(/\p{Surrogate}/gu, '');
}
