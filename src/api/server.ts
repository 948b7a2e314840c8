import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from '../observability/service.js';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** How long running requests may go on once the server is stopped; then they are broken off. */
  readonly graceMs: number;
}

export interface HttpServer extends Service {
  /** Where it answers once it has started, such as `http://127.0.0.1:3000`. */
  readonly url: string;
}

const requestLimitMs = 60_000;
const idleCheckMs = 50;

/**
 * Takes requests from its start on; the start rejects when the port cannot be had. Once drained, it accepts no more
 * connections.
 */
export function createHttpServer(app: RequestListener, options: ServerOptions): HttpServer {
  const server = createServer({ requestTimeout: requestLimitMs }, app);
  let closed = Promise.resolve();
  const running = new Set<ServerResponse>();
  server.prependListener('request', (_request, response) => {
    running.add(response);
    response.once('close', () => running.delete(response));
    response.shouldKeepAlive &&= server.listening;
  });
  return {
    name: 'http',
    get url() {
      return urlOf(server.address(), options.host);
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          server.off('error', reject);
          closed = new Promise((done) => server.once('close', done));
          resolve();
        });
      }),
    drain: () => {
      server.close();
      // From now on each answer tells the caller that its connection takes no further call.
      for (const response of running) response.shouldKeepAlive = false;
    },
    stop: async () => {
      // A kept-alive connection becomes idle only after its answer.
      const idle = setInterval(() => {
        server.closeIdleConnections();
      }, idleCheckMs);
      const limit = setTimeout(() => {
        server.closeAllConnections();
      }, options.graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(limit);
    },
    healthy: () => Promise.resolve(server.listening),
  };
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}
