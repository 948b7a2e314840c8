import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { messageIdFor, parseMessageId } from '../../../src/domain/message/message-id.js';
import { threadHeaders } from '../../../src/domain/message/threading.js';
import {
  startMailCatcher,
  type MailCatcher,
  type MailCatcherOptions,
} from '../../../src/local/mail-catcher.js';
import { composeMessage } from '../../../src/mail/outgoing/compose.js';
import type { SubmitOutcome, SubmitRequest } from '../../../src/mail/outgoing/port.js';
import { createSmtpTransport } from '../../../src/mail/outgoing/smtp-transport.js';
import { createOutgoingGuard } from '../../../src/net/outgoing-guard.js';
import { localMail } from '../../support/local-mail.js';

const key = 'a key of 32 bytes for these tests';
const sendId = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const messageId = messageIdFor({ sendId, domain: 'sender.test', keys: [key] });
const date = '2026-11-24T14:00:00.000Z';

const transport = createSmtpTransport({ guard: createOutgoingGuard(localMail) });
const running: MailCatcher[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((catcher) => catcher.stop()));
});

async function start(options?: MailCatcherOptions): Promise<MailCatcher> {
  const catcher = await startMailCatcher(options);
  running.push(catcher);
  return catcher;
}

function hello(): Promise<Buffer> {
  return composeMessage({
    messageId,
    date,
    from: { name: 'Sam Sender', address: 'sam@sender.test' },
    to: { name: 'Ada Lovelace', address: 'ada@acme.test' },
    subject: 'Größe & more',
    html: '<p>Hello <b>Ada</b>,</p><p>.</p><p>see <a href="https://x.test/a">this</a></p>',
  });
}

async function send(
  catcher: MailCatcher,
  more: Partial<SubmitRequest> = {},
): Promise<SubmitOutcome> {
  return transport.submit({
    server: { host: catcher.host, port: catcher.port, security: 'none' },
    envelope: { from: 'sam@sender.test', to: 'ada@acme.test' },
    raw: await hello(),
    beforeData: () => Promise.resolve('go'),
    ...more,
  });
}

describe('a send that the server accepts', () => {
  test('arrives once, with the headers it was composed with', async () => {
    const catcher = await start();
    const seen: string[] = [];
    catcher.onMail((mail) => seen.push(mail.subject));
    expect(await send(catcher)).toEqual({ kind: 'accepted', reply: '250 OK: message queued' });
    const [mail, ...others] = catcher.messages();
    expect(others).toEqual([]);
    expect(seen).toEqual(['Größe & more']);
    expect(mail).toMatchObject({
      envelope: { from: 'sam@sender.test', to: ['ada@acme.test'] },
      messageId,
      references: [],
      subject: 'Größe & more',
      from: { name: 'Sam Sender', address: 'sam@sender.test' },
      to: [{ name: 'Ada Lovelace', address: 'ada@acme.test' }],
      date,
    });
    expect(mail?.text.trim()).toBe('Hello Ada,\n\n.\n\nsee this [https://x.test/a]');
    expect(mail?.html).toContain('Hello <b>Ada</b>');
    expect(mail?.raw).toEqual(await hello());
    expect(parseMessageId(mail?.messageId ?? '', [key])).toBe(sendId);
  });

  test('a reply step carries the thread of the email before it (SEQ-09, SEQ-10)', async () => {
    const catcher = await start();
    const serverMessageId = '<AM0PR01.x@EUR.prod.outlook.com>';
    const parent = { messageId, serverMessageId, references: ['<first@sender.test>'] };
    const thread = threadHeaders('Edited', { ...parent, subject: 'Größe & more' });
    const raw = await composeMessage({
      messageId: '<second@sender.test>',
      date,
      from: { address: 'sam@sender.test' },
      to: { address: 'ada@acme.test' },
      html: '<p>Again</p>',
      ...thread,
    });
    await send(catcher, { raw });
    expect(catcher.messages()[0]).toMatchObject({
      subject: 'Re: Größe & more',
      inReplyTo: serverMessageId,
      references: ['<first@sender.test>', serverMessageId],
    });
  });

  test('the id that Outlook puts in place of ours is read from its reply', async () => {
    const serverMessageId = '<AM0PR01MB1@AM0PR01MB1.eurprd01.prod.outlook.com>';
    const text = `2.0.0 OK ${serverMessageId} [Hostname=AM0PR01MB1]`;
    const catcher = await start({
      respond: (stage) => (stage === 'data' ? { code: 250, text } : undefined),
    });
    const outcome = await send(catcher);
    expect(outcome).toEqual({ kind: 'accepted', reply: `250 ${text}`, serverMessageId });
    expect(catcher.messages()).toHaveLength(1);
  });

  test.each([
    [true, sendId],
    [false, undefined],
  ])('delivery reports are asked for only where offered: %s', async (dsn, expected) => {
    const catcher = await start({ dsn });
    const envelope = { from: 'sam@sender.test', to: 'ada@acme.test', dsnEnvelopeId: sendId };
    expect((await send(catcher, { envelope })).kind).toBe('accepted');
    expect(catcher.messages()[0]?.envelope.dsnEnvelopeId).toBe(expected);
  });

  test('logs in when a user name is given', async () => {
    const catcher = await start({ credentials: { username: 'sam', password: 'right' } });
    const server = { host: catcher.host, port: catcher.port, security: 'none' as const };
    const good = await send(catcher, { server: { ...server, username: 'sam', password: 'right' } });
    const bad = await send(catcher, { server: { ...server, username: 'sam', password: 'wrong' } });
    expect(good.kind).toBe('accepted');
    expect(bad).toMatchObject({ kind: 'refused', stage: 'auth', code: 535, permanent: true });
    expect(catcher.messages().map(({ username }) => username)).toEqual(['sam']);
  });

  test('a message of several megabytes arrives whole', async () => {
    const catcher = await start();
    const raw = Buffer.concat([await hello(), Buffer.from('0123456789abcdef\r\n'.repeat(200_000))]);
    expect((await send(catcher, { raw })).kind).toBe('accepted');
    expect(catcher.messages()[0]?.raw.equals(raw)).toBe(true);
  });
});

describe('a send that must not arrive', () => {
  test('beforeData says stop: the server has nothing, also later', async () => {
    const catcher = await start();
    const outcome = await send(catcher, { beforeData: () => Promise.resolve('stop') });
    expect(outcome).toEqual({ kind: 'stopped' });
    expect((await send(catcher)).kind).toBe('accepted');
    expect(catcher.messages()).toHaveLength(1);
  });

  test.each([
    ['mail', 'mail_from', 451, false],
    ['rcpt', 'rcpt_to', 550, true],
    ['data', 'message', 554, true],
    ['data', 'message', 421, false],
  ] as const)('refused at %s: %s %d', async (at, stage, code, permanent) => {
    const catcher = await start({
      respond: (asked) => (asked === at ? { code, text: 'scripted' } : undefined),
    });
    const outcome = await send(catcher);
    expect(outcome).toEqual({ kind: 'refused', stage, code, permanent, reply: `${code} scripted` });
    expect(catcher.messages()).toEqual([]);
  });

  test('a certificate that nobody vouches for: nothing is sent', async () => {
    const server = new SMTPServer({ authOptional: true, logger: false, closeTimeout: 100 });
    server.on('error', () => undefined);
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    let asked = false;
    const outcome = await transport.submit({
      server: { host: '127.0.0.1', port, security: 'starttls' },
      envelope: { from: 'sam@sender.test', to: 'ada@acme.test' },
      raw: await hello(),
      beforeData: () => {
        asked = true;
        return Promise.resolve('go');
      },
    });
    expect(outcome).toMatchObject({ kind: 'not_attempted', cause: { reason: 'tls' } });
    expect(asked).toBe(false);
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  });
});

describe('the mail catcher', () => {
  test('writes each mail as a file, after those that are there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mail-'));
    await send(await start({ directory }));
    await send(await start({ directory }));
    expect((await readdir(directory)).sort()).toEqual(['000001.eml', '000002.eml']);
    expect(await readFile(join(directory, '000002.eml'))).toEqual(await hello());
    await rm(directory, { recursive: true });
  });

  test('refuses a port that is taken, and stops twice', async () => {
    const catcher = await start();
    await expect(startMailCatcher({ port: catcher.port })).rejects.toThrow(/EADDRINUSE/);
    await catcher.stop();
    await catcher.stop();
  });

  test('a listener that was let go is not called', async () => {
    const catcher = await start();
    let calls = 0;
    const letGo = catcher.onMail(() => (calls += 1));
    await send(catcher);
    letGo();
    await send(catcher);
    expect(calls).toBe(1);
  });
});
