import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface RunningServer {
  /** Where it answers, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more requests, lets those that run finish for so long, then breaks them off. */
  close(graceMs: number): Promise<void>;
}

const requestLimitMs = 60_000;
const idleCheckMs = 50;

/** Listens; resolves when requests are taken, rejects when the port cannot be had. */
export async function startServer(
  app: RequestListener,
  options: ServerOptions,
): Promise<RunningServer> {
  const server = createServer({ requestTimeout: requestLimitMs }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const close = async (graceMs: number) => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    // A connection that is kept alive becomes idle only after its answer.
    const idle = setInterval(() => {
      server.closeIdleConnections();
    }, idleCheckMs);
    const limit = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    await closed;
    clearInterval(idle);
    clearTimeout(limit);
  };
  return { url: urlOf(server.address(), options.host), close };
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}
