import type { Socket } from 'node:net';
import SMTPConnection, {
  type Envelope,
  type Options,
  type SMTPError,
} from 'nodemailer/lib/smtp-connection';
import { ConnectError, type OutgoingGuard } from '../../net/outgoing-guard.js';
import { classifyAcceptance, classifyFailure } from './classify-submission.js';
import { createGatedBody, type GatedBody } from './gated-body.js';
import type {
  MailTransport,
  SubmitCause,
  SubmitFailure,
  SubmitOutcome,
  SubmitRequest,
  SubmitTimeouts,
} from './port.js';

export interface SmtpTransportDeps {
  /** Opens the connection, or refuses to. */
  readonly guard: Pick<OutgoingGuard, 'connect'>;
  /** The name given with EHLO; the machine's, or an address literal, unless told. */
  readonly clientName?: string;
}

const defaultReadyMs = 30_000;
const defaultAcceptMs = 600_000;
const quitMs = 5_000;
const maxReplyBytes = 64 * 1024;

/**
 * Submits over SMTP: it opens one connection for each message, pools none and retries nothing, since the caller decides that.
 *
 * The body is read only after the server's 354, and its first read awaits `beforeData`. So whatever fails earlier is safe to try
 * again, and only the DATA phase is not.
 */
export function createSmtpTransport(deps: SmtpTransportDeps): MailTransport {
  return {
    submit: async (request) => {
      if (request.raw.length === 0) throw new RangeError('raw must not be empty');
      if (request.signal?.aborted === true) {
        return { kind: 'not_attempted', cause: cause('aborted', 'aborted before connecting') };
      }
      const begun = performance.now();
      const { readyMs, acceptMs } = deadlinesOf(request);
      const limits = { timeoutMs: readyMs, signal: request.signal };
      const connected = await deps.guard.connect(request.server, limits).catch(noConnection);
      if ('kind' in connected) return connected;
      // Looking up and connecting are part of the time to get ready.
      const leftMs = Math.max(1, Math.ceil(readyMs - (performance.now() - begun)));
      const begins = { ...request, timeouts: { readyMs: leftMs, acceptMs } };
      return new Promise((resolve) => {
        const connection = new SMTPConnection(optionsOf(begins, connected, deps));
        submitOnce(begins, connection, resolve);
      });
    },
  };
}

function noConnection(error: unknown): SubmitOutcome {
  if (!(error instanceof ConnectError)) throw error;
  return { kind: 'not_attempted', cause: cause(error.reason, error.message) };
}

function submitOnce(
  request: SubmitRequest,
  connection: SMTPConnection,
  resolve: (outcome: SubmitOutcome) => void,
): void {
  let settled = false;
  const settle = (ended: SubmitOutcome): void => {
    if (settled) return;
    settled = true;
    const outcome = withGreeting(ended, hasGreeted || sawStartTls(ended, request));
    clearTimeout(deadline);
    request.signal?.removeEventListener('abort', onAbort);
    // The body is destroyed before the session ends, so that a late "go" of the gate sends nothing.
    body.stream.destroy();
    leave(connection, outcome);
    // The caller may still be committing `in_data` in the gate: it gets the outcome only after that.
    void body.gateClosed().then(() => {
      resolve(outcome);
    });
  };
  const fail = (error: SMTPError): void => {
    settle(classifyFailure(error, body));
  };
  const { readyMs, acceptMs } = deadlinesOf(request);
  const late = (text: string): void => {
    const kind = body.started() ? 'unknown' : 'not_attempted';
    settle({ kind, cause: cause('timeout', text) });
  };
  let deadline = setTimeout(late, readyMs, `not ready for the message within ${readyMs} ms`);
  // The server was ready in time: while the caller makes up its mind, no deadline runs.
  const gate = async (): Promise<'go' | 'stop'> => {
    clearTimeout(deadline);
    const answer = await request.beforeData();
    if (answer === 'go' && !settled) {
      deadline = setTimeout(late, acceptMs, `no answer to the message within ${acceptMs} ms`);
    }
    return answer;
  };
  const body = createGatedBody(request.raw, gate, {
    stopped: () => {
      settle({ kind: 'stopped' });
    },
    failed: (error) => {
      settle({ kind: 'not_attempted', cause: cause('before_data', String(error)) });
    },
  });
  const onAbort = (): void => {
    const kind = body.started() ? 'unknown' : 'not_attempted';
    settle({ kind, cause: cause('aborted', 'aborted by the caller') });
  };
  request.signal?.addEventListener('abort', onAbort, { once: true });
  connection.on('error', fail);
  // A connection may end without an error, or just before it reports one. The error says more, so it goes first.
  connection.once('end', () => {
    setImmediate(() => {
      fail(Object.assign(new Error('connection ended'), { code: 'ECONNECTION' }));
    });
  });
  let hasGreeted = false;
  connection.once('connect', () => {
    hasGreeted = true;
  });
  converse(request, connection, { body, fail, settle });
}

function withGreeting(outcome: SubmitOutcome, greeted: boolean): SubmitOutcome {
  return outcome.kind === 'not_attempted' && greeted ? { ...outcome, greeted } : outcome;
}

/** A handshake after STARTTLS, which only a server that answered EHLO takes. */
function sawStartTls(outcome: SubmitOutcome, { server }: SubmitRequest): boolean {
  const isHandshake = outcome.kind === 'not_attempted' && outcome.cause.reason === 'tls';
  return isHandshake && server.security === 'starttls';
}

interface Conversation {
  readonly body: GatedBody;
  readonly fail: (error: SMTPError) => void;
  readonly settle: (outcome: SubmitOutcome) => void;
}

/** Greets, logs in if asked to, and sends. */
function converse(request: SubmitRequest, connection: SMTPConnection, on: Conversation): void {
  const { username: user, password: pass } = request.server;
  const send = (): void => {
    connection.send(envelopeOf(request), on.body.stream, (error, info) => {
      if (error) on.fail(error);
      else on.settle(classifyAcceptance(info, on.body));
    });
  };
  connection.connect((connectError) => {
    if (connectError) {
      on.fail(connectError);
    } else if (user === undefined) {
      send();
    } else if (!connection.allowsAuth) {
      const missing = cause('login_not_offered', 'the server offers no login');
      on.settle({ kind: 'not_attempted', cause: missing });
    } else {
      connection.login({ user, pass }, (error) => {
        if (error) on.fail(error);
        else send();
      });
    }
  });
}

/**
 * Ends the session with QUIT where that is safe, and else drops the connection. Within DATA a QUIT would become part of the
 * message; and after a refusal of the message the rest of the body, with its final dot, must not follow.
 */
function leave(connection: SMTPConnection, outcome: SubmitOutcome): void {
  const answered =
    outcome.kind === 'accepted' || (outcome.kind === 'refused' && outcome.stage !== 'message');
  if (!answered || connection.destroyed) {
    connection.close();
    return;
  }
  const timer = setTimeout(() => {
    connection.close();
  }, quitMs);
  timer.unref();
  connection.once('end', () => {
    clearTimeout(timer);
  });
  connection.quit();
}

function deadlinesOf({ timeouts }: SubmitRequest): Required<SubmitTimeouts> {
  return {
    readyMs: timeouts?.readyMs ?? defaultReadyMs,
    acceptMs: timeouts?.acceptMs ?? defaultAcceptMs,
  };
}

function optionsOf(request: SubmitRequest, connection: Socket, deps: SmtpTransportDeps): Options {
  const { server } = request;
  const { readyMs, acceptMs } = deadlinesOf(request);
  // The library's own limits say more than a deadline does, where they come first.
  return {
    // The name is kept for the certificate: the connection goes to an address of it.
    host: server.host,
    port: server.port,
    connection,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    connectionTimeout: readyMs,
    greetingTimeout: readyMs,
    socketTimeout: readyMs + acceptMs,
    maxResponseSize: maxReplyBytes,
    logger: false,
    ...(deps.clientName !== undefined && { name: deps.clientName }),
  };
}

function envelopeOf({ envelope, raw }: SubmitRequest): Envelope {
  const { from, to, dsnEnvelopeId } = envelope;
  return {
    from,
    to: [to],
    size: raw.length,
    // Sent only to a server that offers DSN. Headers are enough: they hold the Message-ID.
    ...(dsnEnvelopeId !== undefined && {
      dsn: { id: dsnEnvelopeId, return: 'HDRS', notify: ['FAILURE', 'DELAY'], recipient: to },
    }),
  };
}

function cause(reason: SubmitFailure, text: string): SubmitCause {
  return { reason, text };
}
