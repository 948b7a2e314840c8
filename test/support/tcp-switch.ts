import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A port that leads to another, and can be cut off, held up and joined again. */
export interface TcpSwitch {
  readonly address: string;
  /** Drops all connections and refuses new ones. */
  off(): void;
  /** Keeps connections and takes new ones, but passes nothing on in either direction until it is switched on. */
  hold(): void;
  on(): void;
  stop(): Promise<void>;
}

export interface TcpSwitchOptions {
  /** Changes what goes forth. */
  readonly forth?: (chunk: Buffer) => Buffer;
  /** Changes what comes back. */
  readonly back?: (chunk: Buffer) => Buffer;
}

/** Leads `target`, a `host:port`, through a port of 127.0.0.1; off at first. */
export async function startTcpSwitch(
  target: string,
  { forth = (chunk) => chunk, back = (chunk) => chunk }: TcpSwitchOptions = {},
): Promise<TcpSwitch> {
  const sockets = new Set<Socket>();
  let state: 'off' | 'held' | 'on' = 'off';
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const lead = (from: Socket, to: Socket, change: (chunk: Buffer) => Buffer): void => {
    from.on('data', (chunk) => {
      to.write(change(Buffer.from(chunk)));
    });
    from.on('end', () => to.end());
    from.on('close', () => to.destroy());
    if (state === 'held') from.pause();
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'off') {
      near.destroy();
      return;
    }
    const colon = target.lastIndexOf(':');
    const far = connect(Number(target.slice(colon + 1)), target.slice(0, colon));
    keep(far);
    lead(near, far, forth);
    lead(far, near, back);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    address: `127.0.0.1:${address.port}`,
    off: () => {
      state = 'off';
      drop();
    },
    hold: () => {
      state = 'held';
      for (const socket of sockets) socket.pause();
    },
    on: () => {
      state = 'on';
      for (const socket of sockets) socket.resume();
    },
    stop: async () => {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}
