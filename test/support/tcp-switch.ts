import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A port that leads to another, and can be cut off and joined again. */
export interface TcpSwitch {
  readonly address: string;
  /** Drops all connections and refuses new ones. */
  off(): void;
  on(): void;
  stop(): Promise<void>;
}

/** Leads `target`, a `host:port`, through a port of 127.0.0.1; off at first. */
export async function startTcpSwitch(target: string): Promise<TcpSwitch> {
  const sockets = new Set<Socket>();
  let isOn = false;
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (!isOn) {
      near.destroy();
      return;
    }
    const colon = target.lastIndexOf(':');
    const far = connect(Number(target.slice(colon + 1)), target.slice(0, colon));
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    address: `127.0.0.1:${address.port}`,
    off: () => {
      isOn = false;
      drop();
    },
    on: () => {
      isOn = true;
    },
    stop: async () => {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}
