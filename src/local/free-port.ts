import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that was free a moment ago. Another process may take it before the caller does. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Rejects when the port is taken, so that nobody waits for one server and finds another there. */
export async function requireFreePort(port: number, purpose: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (cause) {
    throw new Error(`Port ${port}, meant for ${purpose}, is not free.`, { cause });
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
