/** How to reach and enter one SMTP server. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte. `starttls`: upgraded before anything else, or not at all. `none`: never, even if offered. */
  readonly security: 'none' | 'starttls' | 'tls';
  /** With a user name the session logs in before the envelope; a server that offers no login is then not used. */
  readonly username?: string;
  readonly password?: string;
}

/** Exactly one sender and one recipient, so that partial acceptance cannot happen. */
export interface MailEnvelope {
  readonly from: string;
  readonly to: string;
  /** Asks for delivery reports under this id (RFC 3461), if the server offers them. At most 100 characters. */
  readonly dsnEnvelopeId?: string;
}

/** Deadlines in milliseconds, however much the server says meanwhile. Together they bound a submission. */
export interface SubmitTimeouts {
  /** Until the server is ready for the message (354): name, connection, greeting, TLS, login and envelope; 30,000 unless told. */
  readonly readyMs?: number;
  /**
   * From the first byte of the message to the answer; 600,000 unless told, as RFC 5321 asks for the reply to the final dot. With
   * a shorter one a mail that the server is slow to accept becomes `unknown`.
   */
  readonly acceptMs?: number;
}

export interface SubmitRequest {
  readonly server: SmtpServer;
  readonly envelope: MailEnvelope;
  /** The complete message with its headers; not empty. Sent as it is, apart from line ends and dot-stuffing. */
  readonly raw: Buffer;
  /**
   * Asked once the server is ready for the body (354) and before its first byte: the boundary between "safe to try again"
   * and "may be delivered". Here the caller commits `in_data` and looks a last time whether the send is still wanted.
   * `stop` drops the connection. A rejection counts as `not_attempted`. Asked at most once, and never still pending when
   * the outcome arrives.
   */
  readonly beforeData: () => Promise<'go' | 'stop'>;
  /** Drops the connection at once. Says nothing about acceptance: after the first byte the outcome is `unknown`. */
  readonly signal?: AbortSignal;
  readonly timeouts?: SubmitTimeouts;
}

export type SubmitFailure =
  | 'aborted'
  | 'not_allowed'
  | 'timeout'
  | 'dns'
  | 'connection'
  | 'tls'
  | 'login_not_offered'
  | 'login'
  | 'invalid_envelope'
  | 'too_large'
  | 'before_data'
  | 'protocol'
  | 'other';

/** Why there is no reply to go by. The text is for people and logs; it may name addresses. */
export interface SubmitCause {
  readonly reason: SubmitFailure;
  readonly text: string;
}

/** The command that the server refused; `connect` is all up to the answer to EHLO, `message` its answer to the final dot. */
export type SubmitStage =
  'connect' | 'starttls' | 'auth' | 'mail_from' | 'rcpt_to' | 'data' | 'message';

/** What is known after one attempt. What a server said is cut at 2,000 characters and holds none that cannot be stored. */
export type SubmitOutcome =
  /** The server took the message over. */
  | {
      readonly kind: 'accepted';
      readonly reply: string;
      /** The Message-ID, with angle brackets, that the server put in place of ours, when its reply names one. */
      readonly serverMessageId?: string;
    }
  /**
   * The server said no (400–599) and does not have the message. `permanent`: 5xx other than 503. At `connect`,
   * `starttls` and `auth` a refusal is about the mailbox or the server, never about the recipient.
   */
  | {
      readonly kind: 'refused';
      readonly permanent: boolean;
      readonly stage: SubmitStage;
      readonly code: number;
      readonly reply: string;
    }
  /** It failed before a byte of the body left: the server cannot have the message, and trying again is safe. */
  | {
      readonly kind: 'not_attempted';
      readonly cause: SubmitCause;
      /** The server had answered EHLO: before that nobody knows what listens there, and nothing of it is told to users. */
      readonly greeted?: boolean;
    }
  /** `beforeData` said stop: no byte of the body left, and no final dot. */
  | { readonly kind: 'stopped' }
  /** Bytes of the body left and no usable reply came: delivered or not, nobody here can tell. Never send again on this. */
  | { readonly kind: 'unknown'; readonly cause: SubmitCause };

/** Hands one message to one server, once: whoever calls decides about any repetition. */
export interface MailTransport {
  /** Never rejects for what a server or network does; see the outcome. */
  submit(request: SubmitRequest): Promise<SubmitOutcome>;
}
