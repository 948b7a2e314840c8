import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startServer } from '../../../src/api/server.js';

it('lets requests that run finish, takes no more, and then is gone', async () => {
  const server = await startServer(
    (_request, response) => {
      setTimeout(() => response.end('done'), 200);
    },
    { host: '127.0.0.1', port: 0 },
  );
  const running = fetch(server.url).then((answer) => answer.text());
  await sleep(50);
  const closed = server.close(5000);
  await expect(fetch(server.url)).rejects.toThrow();
  expect(await running).toBe('done');
  await closed;
});

it('breaks off what does not finish in time', async () => {
  const server = await startServer(() => undefined, { host: '127.0.0.1', port: 0 });
  const hanging = fetch(server.url);
  const broken = expect(hanging).rejects.toThrow();
  await sleep(50);
  await server.close(100);
  await broken;
});

it('says when the port cannot be had', async () => {
  const server = await startServer(() => undefined, { host: '127.0.0.1', port: 0 });
  const port = Number(new URL(server.url).port);
  await expect(startServer(() => undefined, { host: '127.0.0.1', port })).rejects.toThrow(
    'EADDRINUSE',
  );
  await server.close(100);
});
