import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to Postgres on which the answers to commits can be held back. */
export interface HeldCommits {
  /** The database's address by this way. */
  readonly url: string;
  /** From now on commits of transactions that have `value` as a parameter are made, but nobody hears of it. */
  hold(value: string): void;
  /** How many commits were made whose answers are held back. */
  held(): number;
  /** Lets all answers through, and holds back none any more. */
  release(): void;
  stop(): Promise<void>;
}

/** Leads to the database of `databaseUrl` through a port of 127.0.0.1. */
export async function startHeldCommits(databaseUrl: string): Promise<HeldCommits> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let word: Buffer | undefined;
  let held = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    keep(near);
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    let named = false;
    let isHeld = false;
    let answers: Buffer[] = [];
    near.on('data', (chunk) => {
      if (chunk.includes('begin')) named = false;
      named ||= word !== undefined && chunk.includes(word);
      if (named && word !== undefined && chunk.includes('commit')) {
        isHeld = true;
        waiting.add(() => {
          isHeld = false;
          for (const answer of answers) near.write(answer);
          answers = [];
        });
      }
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (!isHeld) {
        near.write(chunk);
        return;
      }
      if (answers.length === 0) held += 1;
      answers.push(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    hold: (value) => {
      // As a message to Postgres carries a parameter, with its length before it: a text of SQL that has the word is not meant.
      word = Buffer.from(`\0\0\0${String.fromCharCode(value.length)}${value}`, 'latin1');
    },
    held: () => held,
    release: () => {
      word = undefined;
      for (const go of waiting) go();
      waiting.clear();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
