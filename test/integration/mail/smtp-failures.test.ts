import { describe, expect, test } from 'vitest';
import type { SubmitOutcome, SubmitRequest } from '../../../src/mail/outgoing/port.js';
import { createSmtpTransport } from '../../../src/mail/outgoing/smtp-transport.js';
import { createOutgoingGuard } from '../../../src/net/outgoing-guard.js';
import { localMail } from '../../support/local-mail.js';
import { startMailSink, type MailSink, type SinkScript } from '../../support/mail-sink.js';

const transport = createSmtpTransport({
  guard: createOutgoingGuard(localMail),
  clientName: 'client.test',
});
const raw = Buffer.from('Subject: hello\r\n\r\nOne line.\r\n.A line with a dot.\r\n');
const readyMs = 400;
const acceptMs = 800;

interface Attempt {
  readonly outcome: SubmitOutcome;
  readonly asked: number;
  readonly sink: MailSink;
}

async function attempt(
  script: SinkScript | undefined,
  more: (sink: MailSink) => Partial<SubmitRequest> = () => ({}),
): Promise<Attempt> {
  const sink = await startMailSink(script);
  let asked = 0;
  try {
    const outcome = await transport.submit({
      server: { host: '127.0.0.1', port: sink.port, security: 'none' },
      envelope: { from: 'sales@sender.test', to: 'ada@acme.test' },
      raw,
      beforeData: () => {
        asked += 1;
        return Promise.resolve('go');
      },
      timeouts: { readyMs, acceptMs },
      ...more(sink),
    });
    return { outcome, asked, sink };
  } finally {
    await sink.stop();
  }
}

function refused(stage: string, code: number, permanent = false): object {
  return { kind: 'refused', stage, code, permanent };
}

function notAttempted(reason: string): object {
  return { kind: 'not_attempted', cause: { reason } };
}

function unknown(reason: string): object {
  return { kind: 'unknown', cause: { reason } };
}

type Row = readonly [
  failure: string,
  script: SinkScript,
  outcome: object,
  asked: 0 | 1,
  complete: 0 | 1,
];

const rows: readonly Row[] = [
  ['drop at greeting', { at: 'greeting', act: 'drop' }, notAttempted('connection'), 0, 0],
  ['silence at greeting', { at: 'greeting', act: 'stall' }, notAttempted('timeout'), 0, 0],
  ['421 greeting', { at: 'greeting', act: '421 busy\r\n' }, refused('connect', 421), 0, 0],
  ['554 greeting', { at: 'greeting', act: '554 no\r\n' }, refused('connect', 554, true), 0, 0],
  ['garbage greeting', { at: 'greeting', act: 'hello?\r\n' }, notAttempted('protocol'), 0, 0],
  ['drop after EHLO', { at: 'ehlo', act: 'drop' }, notAttempted('connection'), 0, 0],
  ['451 to MAIL', { at: 'mail', act: '451 later\r\n' }, refused('mail_from', 451), 0, 0],
  ['421 to MAIL', { at: 'mail', act: '421 bye\r\n' }, refused('mail_from', 421), 0, 0],
  ['550 to RCPT', { at: 'rcpt', act: '550 who\r\n' }, refused('rcpt_to', 550, true), 0, 0],
  ['450 to RCPT', { at: 'rcpt', act: '450 grey\r\n' }, refused('rcpt_to', 450), 0, 0],
  ['drop after RCPT', { at: 'rcpt', act: 'drop' }, notAttempted('connection'), 0, 0],
  ['silence after RCPT', { at: 'rcpt', act: 'stall' }, notAttempted('timeout'), 0, 0],
  ['451 to DATA', { at: 'data', act: '451 later\r\n' }, refused('data', 451), 0, 0],
  ['drop instead of 354', { at: 'data', act: 'drop' }, notAttempted('connection'), 0, 0],
  ['drop in the body', { at: 'body', act: 'drop' }, unknown('connection'), 1, 0],
  ['silence in the body', { at: 'body', act: 'stall' }, unknown('timeout'), 1, 0],
  ['drop after the dot', { at: 'dot', act: 'drop' }, unknown('connection'), 1, 1],
  ['silence after the dot', { at: 'dot', act: 'stall' }, unknown('timeout'), 1, 1],
  ['421 after the dot', { at: 'dot', act: '421 bye\r\n' }, refused('message', 421), 1, 1],
  ['451 after the dot', { at: 'dot', act: '451 later\r\n' }, refused('message', 451), 1, 1],
  ['503 after the dot', { at: 'dot', act: '503 order\r\n' }, refused('message', 503), 1, 1],
  ['550 after the dot', { at: 'dot', act: '550 spam\r\n' }, refused('message', 550, true), 1, 1],
  ['garbage after the dot', { at: 'dot', act: 'well, yes\r\n' }, unknown('protocol'), 1, 1],
  ['garbage that begins with 2', { at: 'dot', act: '2 out of 3\r\n' }, unknown('protocol'), 1, 1],
  ['354 after the dot', { at: 'dot', act: '354 again\r\n' }, unknown('protocol'), 1, 1],
];

describe('what a failure at each point of SMTP leaves known (ERR-09)', () => {
  const withPipelining = rows.map(([name, script, ...rest]): Row => [
    `${name}, pipelined`,
    { ...script, extensions: ['PIPELINING', 'SIZE 100000'] },
    ...rest,
  ]);

  test.each([...rows, ...withPipelining])(
    '%s',
    async (...[, script, expected, asked, complete]) => {
      const result = await attempt(script);
      expect(result.outcome).toMatchObject(expected);
      expect(result.asked).toBe(asked);
      expect(result.sink.complete()).toHaveLength(complete);
      expect(result.sink.connections()).toBe(1);
    },
  );

  test('no server at the port: not attempted', async () => {
    const sink = await startMailSink();
    await sink.stop();
    const { outcome, asked } = await attempt(undefined, () => ({
      server: { host: '127.0.0.1', port: sink.port, security: 'none' },
    }));
    expect(outcome).toMatchObject(notAttempted('connection'));
    expect(asked).toBe(0);
  });

  test('a refusal cut off by a drop after the dot is no answer: unknown', async () => {
    const { outcome } = await attempt({ at: 'dot', act: '550 no' });
    expect(outcome).toMatchObject({ kind: 'unknown' });
  });

  test.each<[string, SinkScript, object]>([
    ['to RCPT', { at: 'rcpt', act: '550 no\0 such\u0001 user\r\n' }, refused('rcpt_to', 550, true)],
    ['to the dot', { at: 'dot', act: '451 no\0 room\x1b\r\n' }, refused('message', 451)],
    ['that accepts', { at: 'dot', act: '250 ta\0ken\x7f\r\n' }, { kind: 'accepted' }],
  ])('a NUL in an answer %s is left out of what is told', async (_, script, expected) => {
    const { outcome } = await attempt(script);
    expect(outcome).toMatchObject(expected);
    expect('reply' in outcome && outcome.reply).toMatch(
      /^(550 no such user|451 no room|250 taken)$/,
    );
  });

  test('an answer is cut at 2,000 characters, and never within one', async () => {
    const { outcome } = await attempt({ at: 'rcpt', act: `550 x${'😀'.repeat(1_500)}\r\n` });
    const reply = 'reply' in outcome ? outcome.reply : '';
    expect(reply).toBe(`550 x${'😀'.repeat(997)}`);
  });

  test('a refusal in the middle of a large body: refused, and no final dot follows', async () => {
    const sink = await startMailSink({ at: 'body', act: '552 too big\r\n' });
    const outcome = await transport.submit({
      server: { host: '127.0.0.1', port: sink.port, security: 'none' },
      envelope: { from: 'sales@sender.test', to: 'ada@acme.test' },
      raw: Buffer.alloc(8_000_000, 'one line of many\r\n'),
      beforeData: () => Promise.resolve('go'),
    });
    expect(outcome).toMatchObject(refused('message', 552, true));
    await expect.poll(() => sink.events(), { timeout: 20_000 }).toContain('closed');
    expect(sink.complete()).toEqual([]);
    await sink.stop();
  });

  test('a recipient that no command could carry is not attempted', async () => {
    const { outcome, sink } = await attempt(undefined, () => ({
      envelope: { from: 'sales@sender.test', to: 'ada@acme.test>\r\nRCPT TO:<eve@evil.test' },
    }));
    expect(outcome).toMatchObject(notAttempted('invalid_envelope'));
    expect(sink.events().join('\n')).not.toContain('evil');
  });

  test('a message above the size the server takes is not attempted', async () => {
    const script: SinkScript = { at: 'dot', act: '250 ok\r\n', extensions: ['SIZE 10'] };
    const { outcome, asked } = await attempt(script);
    expect(outcome).toMatchObject(notAttempted('too_large'));
    expect(asked).toBe(0);
  });

  test('a login wanted where none is offered sends no password', async () => {
    const { outcome, sink } = await attempt(undefined, ({ port }) => ({
      server: { host: '127.0.0.1', port, security: 'none', username: 'ada', password: 'secret' },
    }));
    expect(outcome).toMatchObject(notAttempted('login_not_offered'));
    expect(sink.events().filter((event) => event.startsWith('AUTH'))).toEqual([]);
  });

  test('TLS wanted where none is offered sends no mail', async () => {
    const { outcome, sink } = await attempt(undefined, ({ port }) => ({
      server: { host: '127.0.0.1', port, security: 'starttls' },
    }));
    expect(outcome.kind).toBe('refused');
    expect(sink.events().filter((event) => event.startsWith('MAIL'))).toEqual([]);
  });
});

describe('the boundary before the first byte', () => {
  test.each([{ extensions: [] }, { extensions: ['PIPELINING'] }])(
    'beforeData runs after the 354 and ends before the first byte, with $extensions',
    async ({ extensions }) => {
      const script: SinkScript = { at: 'dot', act: '250 ok\r\n', extensions };
      const { outcome, sink } = await attempt(script, (target) => ({
        beforeData: async () => {
          target.note('asked');
          await pause(80);
          target.note('answered');
          return 'go';
        },
      }));
      expect(outcome).toEqual({ kind: 'accepted', reply: '250 ok' });
      const marks = ['354 sent', 'asked', 'answered', 'first byte', 'final dot'];
      expect(sink.events().filter((event) => marks.includes(event))).toEqual(marks);
    },
  );

  test('stop: no byte and no final dot', async () => {
    const { outcome, sink } = await attempt(undefined, () => ({
      beforeData: () => Promise.resolve('stop'),
    }));
    expect(outcome).toEqual({ kind: 'stopped' });
    expect(sink.events()).toContain('354 sent');
    expect(sink.events()).not.toContain('first byte');
  });

  test('a beforeData that fails: nothing sent, not attempted', async () => {
    const { outcome, sink } = await attempt(undefined, () => ({
      beforeData: () => Promise.reject(new Error('database away')),
    }));
    expect(outcome).toMatchObject(notAttempted('before_data'));
    expect(sink.events()).not.toContain('first byte');
  });

  test('a connection lost while beforeData runs: its answer is awaited and nothing is sent', async () => {
    let answered = false;
    const { outcome, sink } = await attempt(undefined, (target) => ({
      beforeData: async () => {
        await target.stop();
        await pause(200);
        answered = true;
        return 'go';
      },
    }));
    expect(outcome).toMatchObject(notAttempted('connection'));
    expect(answered).toBe(true);
    expect(sink.events()).not.toContain('first byte');
  });

  test('a yes said before the message was sent is no acceptance', async () => {
    const script: SinkScript = { at: 'data', act: '354 go\r\n250 taken already\r\n' };
    const { outcome, sink } = await attempt(script, () => ({
      beforeData: async () => {
        await pause(50);
        return 'go';
      },
    }));
    expect(outcome).toMatchObject(notAttempted('protocol'));
    expect(sink.complete()).toEqual([]);
  });
});

describe('the two deadlines', () => {
  test.each(['greeting', 'ehlo', 'mail', 'rcpt'] as const)(
    'a server that drips line after line at %s is left when it should have been ready',
    async (at) => {
      const begun = performance.now();
      const { outcome, asked } = await attempt({ at, act: 'drip' });
      expect(outcome).toMatchObject(notAttempted('timeout'));
      expect(asked).toBe(0);
      expect(performance.now() - begun).toBeLessThan(2 * readyMs);
    },
  );

  test('a server that drips after the final dot has the longer time, and then nobody knows', async () => {
    const begun = performance.now();
    const { outcome } = await attempt({ at: 'dot', act: 'drip' });
    expect(outcome).toMatchObject(unknown('timeout'));
    expect(performance.now() - begun).toBeGreaterThan(acceptMs - 50);
    expect(performance.now() - begun).toBeLessThan(acceptMs + readyMs);
  });

  test('the first one ends when the server is ready: what the caller takes to decide is not its fault', async () => {
    const { outcome } = await attempt(undefined, () => ({
      beforeData: async () => {
        await pause(1.5 * readyMs);
        return 'go';
      },
    }));
    expect(outcome).toMatchObject({ kind: 'accepted' });
  });
});

describe('cancelling', () => {
  test('before the start: no connection', async () => {
    const { outcome, sink } = await attempt(undefined, () => ({ signal: AbortSignal.abort() }));
    expect(outcome).toMatchObject(notAttempted('aborted'));
    expect(sink.connections()).toBe(0);
  });

  test('before the first byte: not attempted', async () => {
    const { outcome, asked } = await attempt({ at: 'rcpt', act: 'stall' }, () => ({
      signal: AbortSignal.timeout(50),
    }));
    expect(outcome).toMatchObject(notAttempted('aborted'));
    expect(asked).toBe(0);
  });

  test('while beforeData runs: not attempted, and a late go sends nothing', async () => {
    const { outcome, sink } = await attempt(undefined, () => ({
      signal: AbortSignal.timeout(50),
      beforeData: async () => {
        await pause(150);
        return 'go';
      },
    }));
    expect(outcome).toMatchObject(notAttempted('aborted'));
    expect(sink.events()).not.toContain('first byte');
  });

  test('after the final dot: unknown', async () => {
    const { outcome, sink } = await attempt({ at: 'dot', act: 'stall' }, () => ({
      signal: AbortSignal.timeout(100),
    }));
    expect(outcome).toMatchObject(unknown('aborted'));
    expect(sink.complete()).toHaveLength(1);
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
