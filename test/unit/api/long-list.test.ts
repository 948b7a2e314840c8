import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { longList, sendLong, type LongList } from '../../../src/api/http/long-list.js';
import { eventually } from '../../support/eventually.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const row = z.object({ text: z.string() });
const noTransaction = () => Promise.reject(new Error('nothing is read from a database here'));

/** Serves a reply with these lists, and says on which port. */
async function serve(body: object, longLists: readonly LongList[]): Promise<number> {
  const app = express();
  app.get('/', (_request, response, next) => {
    sendLong(response, { status: 200, body, longLists }, noTransaction).catch(next);
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function read(
  port: number,
): Promise<{ readonly text: string; readonly type: string | null }> {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  return { text: await response.text(), type: response.headers.get('content-type') };
}

it('is one JSON, whose lists stand in the place of the empty ones and have what their shape names', async () => {
  async function* two() {
    yield await Promise.resolve([{ text: 'a', secret: 1 }, { text: 'b"' }]);
    yield [{ text: 'c' }];
  }
  async function* none() {
    yield await Promise.resolve([]);
  }
  const port = await serve({ id: 1, mails: [], log: [] }, [
    longList('mails', row, two, (each) => each),
    longList('log', row, none, (each) => each),
  ]);
  const { text, type } = await read(port);
  expect(type).toMatch(/^application\/json/);
  const mails = [{ text: 'a' }, { text: 'b"' }, { text: 'c' }];
  expect(JSON.parse(text)).toEqual({ id: 1, mails, log: [] });
});

it('is cut off, so that it is no JSON, when reading fails midway', async () => {
  async function* failing() {
    yield await Promise.resolve([{ text: 'a' }]);
    throw new Error('gone');
  }
  const port = await serve({ mails: [] }, [longList('mails', row, failing, (each) => each)]);
  await expect(read(port)).rejects.toThrow();
});

it('reads no further than its reader, and stops when that goes away', async () => {
  let parts = 0;
  let isOver = false;
  async function* endless() {
    try {
      for (;;) {
        parts += 1;
        yield await Promise.resolve([{ text: 'x'.repeat(1024 * 1024) }]);
      }
    } finally {
      isOver = true;
    }
  }
  const port = await serve({ mails: [] }, [longList('mails', row, endless, (each) => each)]);
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const settled = { at: -1 };
  await eventually(
    async () => {
      const before = parts;
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (parts > 0 && parts === before) settled.at = parts;
      return settled.at;
    },
    (at) => at > 0,
  );
  // What is buffered for the reader, and what the network holds.
  expect(settled.at).toBeLessThan(20);
  socket.destroy();
  await eventually(
    () => isOver,
    (over) => over,
  );
});
