import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Where a sink misbehaves; `body` is after the first bytes of the message, `dot` after its final dot. */
export type SinkStage = 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'body' | 'dot';

export interface SinkScript {
  readonly at: SinkStage;
  /**
   * `drop` closes the connection, `stall` says nothing any more, `drip` says line after line and never the last, any other text is sent byte for byte; one without a line
   * end is followed by a drop. After a 4xx or 5xx to MAIL or RCPT the rest of the envelope is answered with 503.
   */
  readonly act: string;
  /** Extensions offered after EHLO, for example PIPELINING. */
  readonly extensions?: readonly string[];
}

/** A small mail server that fails byte-exactly where it is told to. */
export interface MailSink {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  /** Messages received up to and including their final dot. */
  complete(): readonly string[];
  /** What happened in order: commands received, `354 sent`, `first byte`, `final dot`, `closed`. */
  events(): readonly string[];
  /** Adds an event from outside, to prove an order. */
  note(event: string): void;
  stop(): Promise<void>;
}

interface Session {
  buffer: string;
  inData: boolean;
  refused: boolean;
  /** Set when the script said so: nothing more is answered. */
  silent: boolean;
}

const dripMs = 50;

/** Says one line of an answer after the other, which is therefore never silent and never complete. */
function drip(socket: Socket, stage: SinkStage): void {
  const code = stage === 'greeting' ? 220 : 250;
  const timer = setInterval(() => {
    socket.write(`${code}-one moment\r\n`);
  }, dripMs);
  socket.on('close', () => {
    clearInterval(timer);
  });
}

function perform(socket: Socket, act: string): void {
  if (act === 'drop') socket.destroy();
  else if (act !== 'stall' && act !== '') socket[act.endsWith('\n') ? 'write' : 'end'](act);
}

export async function startMailSink(script?: SinkScript): Promise<MailSink> {
  const events: string[] = [];
  const complete: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const reply = (socket: Socket, session: Session, stage: SinkStage, ordinary: string): void => {
    const act = script?.at === stage ? script.act : ordinary;
    session.refused ||= /^[45]/.test(act) && (stage === 'mail' || stage === 'rcpt');
    session.silent ||= ['drop', 'stall', 'drip'].includes(act);
    if (act === 'drip') drip(socket, stage);
    else perform(socket, act);
  };
  const greet = (socket: Socket, session: Session): void => {
    const names = ['sink', ...(script?.extensions ?? [])];
    const lines = names.map((name, at) => `250${at === names.length - 1 ? ' ' : '-'}${name}\r\n`);
    reply(socket, session, 'ehlo', lines.join(''));
  };
  const takeData = (socket: Socket, session: Session): void => {
    session.inData = script?.at !== 'data' || script.act.startsWith('354');
    if (session.inData) events.push('354 sent');
    reply(socket, session, 'data', '354 go ahead\r\n');
  };
  const command = (socket: Socket, session: Session, line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    events.push(line);
    if (verb === 'QUIT') socket.end('221 bye\r\n');
    else if (session.refused) socket.write('503 out of order\r\n');
    else if (verb === 'EHLO') greet(socket, session);
    else if (verb === 'MAIL') reply(socket, session, 'mail', '250 ok\r\n');
    else if (verb === 'RCPT') reply(socket, session, 'rcpt', '250 ok\r\n');
    else if (verb === 'DATA') takeData(socket, session);
    else socket.write('500 unknown\r\n');
  };
  const body = (socket: Socket, session: Session): void => {
    if (!events.includes('first byte')) {
      events.push('first byte');
      if (script?.at === 'body') reply(socket, session, 'body', '');
    }
    if (session.silent) return;
    const end = session.buffer.startsWith('.\r\n') ? 0 : session.buffer.indexOf('\r\n.\r\n');
    if (end < 0) return;
    complete.push(session.buffer.slice(0, end));
    events.push('final dot');
    session.inData = false;
    session.buffer = '';
    reply(socket, session, 'dot', '250 2.0.0 taken\r\n');
  };
  const server = createServer((socket) => {
    const session: Session = { buffer: '', inData: false, refused: false, silent: false };
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      events.push('closed');
      sockets.delete(socket);
    });
    socket.on('data', (chunk) => {
      session.buffer += chunk.toString('latin1');
      while (!session.inData && session.buffer.includes('\r\n')) {
        const end = session.buffer.indexOf('\r\n');
        const line = session.buffer.slice(0, end);
        session.buffer = session.buffer.slice(end + 2);
        if (!session.silent) command(socket, session, line);
      }
      if (session.inData && session.buffer !== '' && !session.silent) body(socket, session);
    });
    reply(socket, session, 'greeting', '220 sink ESMTP\r\n');
  });
  const address = await new Promise<AddressInfo | string | null>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server.address());
    });
  });
  if (address === null || typeof address === 'string') throw new Error('the sink has no port');
  return {
    port: address.port,
    connections: () => connections,
    complete: () => complete,
    events: () => events,
    note: (event) => events.push(event),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
