import { once } from 'node:events';
import {
  connect,
  createSecureServer,
  type ClientHttp2Stream,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Certified } from './certificates.js';

/** A Temporal server behind TLS, as a cluster of others is. */
export interface GuardedTemporal {
  readonly address: string;
  /** How many calls were passed on. */
  served(): number;
  stop(): Promise<void>;
}

export interface GuardedTemporalOptions extends Certified {
  /** Who signs the certificates of clients; without it none is asked for. */
  readonly clientAuthority?: string;
  /** The key that each call has to bring along; none without it. */
  readonly apiKey?: string;
}

const unauthenticated = '16';

/** Puts TLS in front of the server at `target`, a `host:port`, and passes on the calls of those who may. */
export async function startGuardedTemporal(
  target: string,
  { clientAuthority, apiKey, ...own }: GuardedTemporalOptions,
): Promise<GuardedTemporal> {
  const upstream = connect(`http://${target}`);
  const sessions = new Set<Http2Session>();
  let served = 0;
  const server = createSecureServer({
    ...own,
    ...(clientAuthority === undefined
      ? {}
      : { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) {
      refuse(stream);
      return;
    }
    served += 1;
    passOn(stream, upstream.request(forwarded(headers), { endStream: false }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    address: `127.0.0.1:${address.port}`,
    served: () => served,
    stop: async () => {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': unauthenticated,
      'grpc-message': 'Request unauthorized.',
    },
    { endStream: true },
  );
}

/** The server behind is reached in plain text, and by its own name. */
function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const own = [':authority', ':scheme'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.includes(name)));
}

function passOn(near: ServerHttp2Stream, far: ClientHttp2Stream): void {
  let trailers: IncomingHttpHeaders = {};
  far.on('error', () => {
    near.close();
  });
  near.on('close', () => {
    far.close();
  });
  near.pipe(far);
  far.on('response', (headers) => {
    // An error without an answer has its status here, and no trailers.
    if (headers['grpc-status'] !== undefined) {
      near.respond(headers, { endStream: true });
      return;
    }
    near.respond(headers, { waitForTrailers: true });
    far.pipe(near);
  });
  far.on('trailers', (given: IncomingHttpHeaders) => {
    trailers = given;
  });
  near.on('wantTrailers', () => {
    near.sendTrailers(trailers);
  });
}
