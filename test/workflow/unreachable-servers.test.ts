import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../src/local/free-port.js';
import { eventually } from '../support/eventually.js';
import { startMailSink, type MailSink, type SinkScript } from '../support/mail-sink.js';
import { readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';

const shownServer = z.object({ reason: z.string(), reply: z.string().nullable() });
const secret = 'internal-7f3a';

describe('a mail server that is none, or cannot be reached', () => {
  let stack: Stack;
  const sinks: MailSink[] = [];
  beforeAll(async () => {
    stack = await startStack({ worker: { smtpReadyMs: 1_000 } });
  });
  afterAll(async () => {
    for (const sink of sinks) await sink.stop();
    await stack.close();
  });

  async function portOf(script: SinkScript): Promise<number> {
    const sink = await startMailSink(script);
    sinks.push(sink);
    return sink.port;
  }

  /** What a tenant is told once a mail to this server has failed. */
  async function told(host: string, port: number, security = 'none'): Promise<object> {
    const user = await stack.api.user(stack.catcher.port);
    const smtp = { host, port, security };
    const made = { userId: user.id, address: `${randomUUID()}@sender.example`, smtp };
    const { body, status } = await stack.api.request('POST', '/v1/mailboxes', made);
    expect(status).toBe(201);
    const mailboxId = String(body['id']);
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'One mail',
      steps: [emailStep('one', 0)],
      settings: anyTime,
    });
    const contact = { id: await stack.api.contact() };
    const asked = { sequenceId, contact, mailboxId };
    const { id } = await stack.api.enroll(user.id, asked);
    const { log } = await eventually(
      () => readRecord(stack.db, id),
      (record) => record.log.length > 1,
    );
    const timeline = await stack.api.request('GET', `/v1/enrollments/${id}/timeline`);
    const path = `/v1/mailboxes/${mailboxId}/sending-status`;
    const sending = await eventually(
      () => stack.api.request('GET', path),
      (answer) => answer.body['mailServer'] !== null,
    );
    const shown = JSON.stringify([timeline.body, sending.body]);
    expect(shown).not.toContain(secret);
    const { reason, reply } = shownServer.parse(sending.body['mailServer']);
    return { reason, reply, type: log[1]?.type, cause: log[1]?.cause };
  }

  it('is told alike, whether its port is closed, silent, somebody else’s or not allowed', async () => {
    const here = '127.0.0.1';
    const answers = await Promise.all([
      told(here, await freePort()),
      told(here, await portOf({ at: 'greeting', act: 'stall' })),
      told(here, await portOf({ at: 'greeting', act: `SSH-2.0-${secret}\r\n` })),
      told(here, await portOf({ at: 'greeting', act: `554 ${secret}\r\n` })),
      told(here, await portOf({ at: 'greeting', act: `220 ${secret}\r\n` }), 'tls'),
      told(here, await portOf({ at: 'ehlo', act: `550 ${secret}\r\n` })),
      told('localhost', 587),
    ]);
    const [closed] = answers;
    expect(closed).toMatchObject({ reason: 'unreachable', reply: null, type: 'email_deferred' });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is shown with what it says after EHLO, on one line and cut', async () => {
    // The sink knows no STARTTLS and says so.
    const port = await portOf({ at: 'dot', act: '250 ok\r\n' });
    const answer = await told('127.0.0.1', port, 'starttls');
    expect(answer).toMatchObject({ reason: 'starttls', reply: '500 unknown' });
  });
});
