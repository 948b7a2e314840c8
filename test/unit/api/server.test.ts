import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from '../../../src/api/server.js';

async function started(app: RequestListener, graceMs: number, port = 0): Promise<HttpServer> {
  const server = createHttpServer(app, { host: '127.0.0.1', port, graceMs });
  await server.start();
  return server;
}

it('lets requests that run finish, takes no more, and then is gone', async () => {
  const server = await started((_request, response) => {
    setTimeout(() => response.end('done'), 200);
  }, 5000);
  const { url } = server;
  expect(await server.healthy()).toBe(true);
  const running = fetch(url).then((answer) => answer.text());
  await sleep(50);
  server.drain();
  expect(await server.healthy()).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
  const closed = server.stop();
  expect(await running).toBe('done');
  await closed;
});

it('breaks off what does not finish in time', async () => {
  const server = await started(() => undefined, 100);
  const hanging = fetch(server.url);
  const broken = expect(hanging).rejects.toThrow();
  await sleep(50);
  server.drain();
  await server.stop();
  await broken;
});

it('says when the port cannot be had, and can be stopped then', async () => {
  const server = await started(() => undefined, 100);
  const port = Number(new URL(server.url).port);
  const second = createHttpServer(() => undefined, { host: '127.0.0.1', port, graceMs: 100 });
  await expect(second.start()).rejects.toThrow('EADDRINUSE');
  for (const each of [second, server]) {
    each.drain();
    await each.stop();
  }
});
