import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSmtpTransport } from '../../../src/mail/outgoing/smtp-transport.js';
import { createOutgoingGuard } from '../../../src/net/outgoing-guard.js';
import { localMail } from '../../support/local-mail.js';

const server = createServer();
let port: number;
let connections = 0;
beforeAll(async () => {
  server.on('connection', (socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  server.close();
});

const timeoutMs = 2_000;

describe('a connection to a host that a user has named', () => {
  test('is not opened where a literal address, or what a name leads to, is not allowed', async () => {
    const guard = createOutgoingGuard({ ports: [port] });
    const before = connections;
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '::ffff:127.0.0.1']) {
      await expect(guard.connect({ host, port }, { timeoutMs }), host).rejects.toThrow(
        /is not to be connected to|ENOTFOUND|silent/,
      );
    }
    expect(connections).toBe(before);
  });

  test('goes to an address that was checked, and the name is looked up once', async () => {
    const answers = [['10.0.0.1', '::1', '127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    const guard = createOutgoingGuard(localMail, () => Promise.resolve(answers[asked++] ?? []));
    const destination = { host: 'rebinding.example', port };
    const socket = await guard.connect(destination, { timeoutMs });
    expect(socket.remoteAddress).toBe('127.0.0.1');
    expect(asked).toBe(1);
    socket.destroy();
    const later = guard.connect(destination, { timeoutMs });
    await expect(later).rejects.toMatchObject({ reason: 'not_allowed' });
  });

  test('is opened to a name that is allowed, wherever it leads', async () => {
    const rules = { allowedHosts: [`mail.internal:${port}`] };
    const guard = createOutgoingGuard(rules, () => Promise.resolve(['127.0.0.1']));
    const socket = await guard.connect({ host: 'Mail.Internal', port }, { timeoutMs });
    expect(socket.remotePort).toBe(port);
    socket.destroy();
    const other = guard.connect({ host: 'other.internal', port }, { timeoutMs });
    await expect(other).rejects.toMatchObject({ reason: 'not_allowed' });
  });

  test('takes no longer than it may, and ends when it is told to', async () => {
    const never = createOutgoingGuard({}, () => new Promise(() => undefined));
    const silent = { host: 'silent.example', port: 25 };
    await expect(never.connect(silent, { timeoutMs: 100 })).rejects.toMatchObject({
      reason: 'timeout',
    });
    const stop = new AbortController();
    const ended = never.connect(silent, { timeoutMs, signal: stop.signal });
    stop.abort();
    await expect(ended).rejects.toMatchObject({ reason: 'aborted' });
  });

  test('a mail to one that is not allowed is not attempted', async () => {
    const transport = createSmtpTransport({ guard: createOutgoingGuard() });
    const outcome = await transport.submit({
      server: { host: 'localhost', port: 587, security: 'none' },
      envelope: { from: 'sales@sender.test', to: 'ada@acme.test' },
      raw: Buffer.from('Subject: hello\r\n\r\nHello.\r\n'),
      beforeData: () => Promise.resolve('go'),
    });
    expect(outcome).toMatchObject({ kind: 'not_attempted', cause: { reason: 'not_allowed' } });
  });
});
