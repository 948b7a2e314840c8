import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Address, type Email } from 'postal-mime';
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';

export interface CaughtEnvelope {
  readonly from: string;
  readonly to: readonly string[];
  /** ENVID of a sender that asked for delivery reports. */
  readonly dsnEnvelopeId?: string;
}

/** One mail as it came in over SMTP. */
export interface CaughtMail {
  readonly envelope: CaughtEnvelope;
  /** The user name of the session, if it logged in. */
  readonly username?: string;
  readonly raw: Buffer;
  /** Ids carry their angle brackets. */
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  readonly subject: string;
  readonly from: Correspondent;
  readonly to: readonly Correspondent[];
  /** ISO-8601, or as written when it is no date. */
  readonly date?: string;
  /** All headers in order, names in lower case. */
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly text: string;
  readonly html?: string;
}

interface Correspondent {
  readonly name: string;
  readonly address: string;
}

/** A reply in place of the ordinary one. At `data`, a 2xx code accepts the mail and only changes the text. */
export interface ScriptedReply {
  readonly code: number;
  readonly text: string;
}

/** Before the greeting, at the commands MAIL and RCPT, and after the final dot. */
export type ReplyStage = 'connect' | 'mail' | 'rcpt' | 'data';

/** Undefined means the ordinary reply. */
export type Scripted = ScriptedReply | undefined;

export interface ReplyRequest {
  readonly envelope: CaughtEnvelope;
  /** The whole mail, at `data` only. */
  readonly raw?: Buffer;
}

export interface MailCatcherOptions {
  /** The port; 0, the default, takes a free one. */
  readonly port?: number;
  /** Each mail is also written to this directory as `000001.eml` and so on, numbered after the mails already there. */
  readonly directory?: string;
  /** The only login that is accepted. Without this, any login is accepted. No login is required either way. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Whether delivery reports are offered (RFC 3461); none is ever sent. */
  readonly dsn?: boolean;
  /** Scripts failures and, with a promise, delays. */
  readonly respond?: (stage: ReplyStage, request: ReplyRequest) => Scripted | Promise<Scripted>;
}

export interface MailCatcher {
  readonly host: string;
  readonly port: number;
  /** The mails in order of arrival; the latest 10,000 of them. */
  messages(): readonly CaughtMail[];
  /** Calls back for each mail from now on, before the server confirms it. Returns a function that ends this. */
  onMail(listener: (mail: CaughtMail) => void): () => void;
  /** Closes the port and all connections. Safe to call twice. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const maxMessages = 10_000;
const closeTimeoutMs = 200;

/**
 * Starts a local mail server: it speaks SMTP on the loopback interface, accepts everything and delivers nothing. The
 * demo, local runs and tests send to it. It has no TLS, since nothing leaves the machine. Rejects when the port is
 * taken or the directory cannot be written.
 */
export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<MailCatcher> {
  const caught: CaughtMail[] = [];
  const listeners = new Set<(mail: CaughtMail) => void>();
  const save = await createSaver(options.directory);
  const receive = async (raw: Buffer, session: SMTPServerSession): Promise<string | undefined> => {
    const envelope = envelopeOf(session);
    const reply = await options.respond?.('data', { envelope, raw });
    if (reply && !isPositive(reply)) throw refusal(reply);
    const mail = await read(raw, envelope, usernameOf(session));
    await save(raw);
    caught.push(mail);
    if (caught.length > maxMessages) caught.shift();
    for (const listener of listeners) listener(mail);
    return reply?.text;
  };
  const server = new SMTPServer(serverOptions(options, receive));
  // A client that disconnects in the middle concerns the tests, not this server.
  server.on('error', () => undefined);
  const port = await listen(server, options.port ?? 0);
  return {
    host,
    port,
    messages: () => caught,
    onMail: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

type Receive = (raw: Buffer, session: SMTPServerSession) => Promise<string | undefined>;

function serverOptions(options: MailCatcherOptions, receive: Receive): SMTPServerOptions {
  const { credentials, respond } = options;
  const ask = (
    stage: Exclude<ReplyStage, 'data'>,
    envelope: CaughtEnvelope,
    callback: (refused?: Error) => void,
  ): void => {
    Promise.resolve()
      .then(() => respond?.(stage, { envelope }))
      .then((reply) => (reply && !isPositive(reply) ? refusal(reply) : undefined))
      .then(callback, callback);
  };
  return {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: true,
    disableReverseLookup: true,
    hideDSN: options.dsn !== true,
    closeTimeout: closeTimeoutMs,
    logger: false,
    onAuth: ({ username, password }, _session, callback) => {
      const known =
        credentials === undefined ||
        (username === credentials.username && password === credentials.password);
      if (known) callback(null, { user: { username: username ?? '' } });
      else callback(refusal({ code: 535, text: 'Authentication failed' }));
    },
    onConnect: (_session, callback) => {
      ask('connect', { from: '', to: [] }, callback);
    },
    onMailFrom: ({ address }, _session, callback) => {
      ask('mail', { from: address, to: [] }, callback);
    },
    onRcptTo: ({ address }, session, callback) => {
      const { from } = envelopeOf(session);
      ask('rcpt', { from, to: [address] }, callback);
    },
    onData: (stream, session, callback) => {
      readAll(stream)
        .then((raw) => receive(raw, session))
        .then(
          (text) => {
            callback(null, text);
          },
          (error: unknown) => {
            callback(error instanceof Error ? error : new Error(String(error)));
          },
        );
    },
  };
}

/** Rejects when the connection ends before the final dot. */
async function readAll(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function createSaver(directory: string | undefined): Promise<(raw: Buffer) => Promise<void>> {
  if (directory === undefined) return () => Promise.resolve();
  await mkdir(directory, { recursive: true });
  const numbers = (await readdir(directory)).map((name) => Number(/^(\d+)\.eml$/.exec(name)?.[1]));
  let last = Math.max(0, ...numbers.filter(Number.isSafeInteger));
  return (raw) => {
    last += 1;
    return writeFile(join(directory, `${String(last).padStart(6, '0')}.eml`), raw);
  };
}

async function read(
  raw: Buffer,
  envelope: CaughtEnvelope,
  username: string | undefined,
): Promise<CaughtMail> {
  const email = await PostalMime.parse(raw);
  const { messageId, inReplyTo, date, html } = email;
  return {
    envelope,
    ...(username !== undefined && { username }),
    raw,
    ...(messageId !== undefined && { messageId }),
    ...(inReplyTo !== undefined && { inReplyTo }),
    references: email.references?.split(/\s+/).filter((id) => id !== '') ?? [],
    subject: email.subject ?? '',
    ...peopleOf(email),
    ...(date !== undefined && { date }),
    headers: email.headers.map(({ key, value }) => ({ key, value })),
    text: email.text ?? '',
    ...(html !== undefined && { html }),
  };
}

function peopleOf(email: Email): Pick<CaughtMail, 'from' | 'to'> {
  const from = email.from ? membersOf(email.from) : [];
  return { from: from[0] ?? { name: '', address: '' }, to: (email.to ?? []).flatMap(membersOf) };
}

function membersOf(address: Address): Correspondent[] {
  return (address.group ?? [address]).map((member) => ({
    name: member.name,
    address: member.address,
  }));
}

function envelopeOf({ envelope }: SMTPServerSession): CaughtEnvelope {
  const dsnEnvelopeId = envelope.dsn?.envid ?? undefined;
  return {
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    ...(dsnEnvelopeId !== undefined && { dsnEnvelopeId }),
  };
}

function usernameOf(session: SMTPServerSession): string | undefined {
  const user: unknown = session.user;
  if (typeof user !== 'object' || user === null || !('username' in user)) return undefined;
  return typeof user.username === 'string' ? user.username : undefined;
}

function isPositive({ code }: ScriptedReply): boolean {
  return code >= 200 && code < 300;
}

function refusal({ code, text }: ScriptedReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
