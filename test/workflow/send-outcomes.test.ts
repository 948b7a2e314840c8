import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/local/free-port.js';
import {
  startMailCatcher,
  type CaughtMail,
  type ReplyStage,
  type ScriptedReply,
} from '../../src/local/mail-catcher.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord, type EnrollmentRecords } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const day = 24;
/** A little beyond what is waited for. */
const moment = 0.01;

describe('what becomes of an enrollment when the mail server does not take a mail', () => {
  let stack: Stack;
  let user: SeededUser;
  /** What the mail server says to mails for an address. */
  const script = new Map<string, { readonly stage: ReplyStage; readonly reply: ScriptedReply }>();

  beforeAll(async () => {
    stack = await startStack({
      mail: {
        credentials: { username: 'robin', password: 'right' },
        respond: (stage, { envelope }) => {
          const scripted = script.get(envelope.to[0] ?? '');
          return scripted?.stage === stage ? scripted.reply : undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port, { timeZone: zoneWhereItIsMorning() });
  });
  afterAll(() => stack.close());

  interface Enrolled {
    readonly id: string;
    readonly email: string;
    readonly contactId: string;
    readonly sequenceId: string;
  }

  async function enroll(
    steps: readonly object[],
    options: {
      readonly settings?: object;
      readonly mailboxId?: string;
      readonly reply?: ScriptedReply;
      readonly stage?: ReplyStage;
    } = {},
  ): Promise<Enrolled> {
    const { settings = {}, mailboxId, reply, stage = 'rcpt' } = options;
    const email = `${randomUUID()}@contact.example`;
    if (reply) script.set(email, { stage, reply });
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Steps',
      steps,
      settings: { ...anyTime, ...settings },
    });
    const contactId = await stack.api.contact({ email });
    const { id } = await stack.api.enroll(user.id, {
      sequenceId,
      contact: { id: contactId },
      ...(mailboxId === undefined ? {} : { mailboxId }),
    });
    await stack.catchUp(id);
    return { id, email, contactId, sequenceId };
  }

  const reaches = ({ id }: Enrolled, satisfies: (records: EnrollmentRecords) => boolean) =>
    eventually(() => readRecord(stack.db, id), satisfies);
  const endsAs = (enrolled: Enrolled, state: string) =>
    reaches(enrolled, ({ row }) => row.state === state);
  const mailsTo = (email: string): readonly CaughtMail[] =>
    stack.catcher.messages().filter(({ envelope }) => envelope.to[0] === email);
  const act = async ({ id }: Enrolled, verb: string): Promise<void> => {
    const { status } = await stack.api.request(
      'POST',
      `/v1/enrollments/${id}/${verb}`,
      {},
      user.id,
    );
    expect(status).toBe(200);
  };
  const enrollAgain = ({ sequenceId, contactId }: Enrolled) =>
    stack.api.request(
      'POST',
      '/v1/enrollments',
      { sequenceId, contact: { id: contactId } },
      user.id,
    );

  async function mailbox(smtp: object): Promise<string> {
    const answer = await stack.api.request('POST', '/v1/mailboxes', {
      userId: user.id,
      address: `${randomUUID()}@sender.example`,
      smtp: { host: '127.0.0.1', security: 'none', ...smtp },
    });
    expect(answer.status).toBe(201);
    return String(answer.body['id']);
  }

  it('a refusal for now is tried again with growing gaps within the day, then it pauses', async () => {
    const reply = { code: 451, text: '4.7.1 greylisted' };
    const enrolled = await enroll([emailStep('one', 0)], { reply });
    const gaps = [5, 15, 45, 120, 240];
    for (const [index, minutes] of gaps.entries()) {
      const { log, row, sends } = await reaches(
        enrolled,
        ({ log: all }) => all.length === index + 2,
      );
      const entry = log.at(-1);
      expect(entry).toMatchObject({ type: 'email_deferred', stepId: 'one' });
      expect(minutesBetween(entry?.at, entry?.data.next?.at)).toBe(minutes);
      expect(row).toMatchObject({ state: 'active', nextAt: entry?.data.next?.at });
      expect(row.why).toMatchObject([{ rule: 'deferred' }]);
      expect(sends.get('one')).toMatchObject({ state: 'deferred', attempts: index + 1 });
      await stack.forward([enrolled.id], minutes / 60 + moment);
    }
    const paused = await endsAs(enrolled, 'paused');
    expect(paused.row).toMatchObject({ reason: 'soft_bounce', nextAt: null });
    expect(paused.sends.get('one')).toMatchObject({ attempts: gaps.length + 1 });
    expect(mailsTo(enrolled.email)).toEqual([]);

    script.delete(enrolled.email);
    await act(enrolled, 'resume');
    await endsAs(enrolled, 'finished');
    expect(mailsTo(enrolled.email)).toHaveLength(1);
    expect((await enrollAgain(enrolled)).status).toBe(201);
  });

  it('ENR-25 ERR-05: an address that does not exist ends it, and is not written to again', async () => {
    const reply = { code: 550, text: '5.1.1 no such user' };
    const enrolled = await enroll([emailStep('one', 0), emailStep('two', 1)], { reply });
    const { row, log, sends } = await endsAs(enrolled, 'errored');
    expect(row).toMatchObject({ reason: 'bounced', nextAt: null });
    expect(lines(log)).toEqual(['enrolled', 'errored one']);
    expect(log[1]).toMatchObject({ cause: { kind: 'server_reply' }, data: { smtpCode: 550 } });
    expect(sends.get('one')).toMatchObject({ state: 'rejected' });
    script.delete(enrolled.email);
    const refused = await enrollAgain(enrolled);
    expect(refused).toMatchObject({ status: 422, body: { code: 'PREVIOUSLY_BOUNCED' } });
    expect(mailsTo(enrolled.email)).toEqual([]);
  });

  it('a mail that is refused for what it says ends it too, but the address may be written to', async () => {
    const reply = { code: 554, text: '5.7.1 looks like spam' };
    const enrolled = await enroll([emailStep('one', 0)], { reply, stage: 'data' });
    const { row, log, sends } = await endsAs(enrolled, 'errored');
    expect(row).toMatchObject({ reason: 'send_failed' });
    expect(log[1]).toMatchObject({ data: { problem: 'refused', smtpCode: 554 } });
    expect(sends.get('one')).toMatchObject({ state: 'rejected' });
    script.delete(enrolled.email);
    const again = await enrollAgain(enrolled);
    expect(again.status).toBe(201);
    await stack.catchUp(String(again.body['id']));
    await eventually(
      () => mailsTo(enrolled.email).length,
      (count) => count === 1,
    );
  });

  it('a login that is refused pauses it', async () => {
    const mailboxId = await mailbox({
      port: stack.catcher.port,
      username: 'robin',
      password: 'wrong',
    });
    const enrolled = await enroll([emailStep('one', 0)], { mailboxId });
    const { row, sends } = await endsAs(enrolled, 'paused');
    expect(row).toMatchObject({ reason: 'mailbox_disconnected', nextAt: null, stepId: 'one' });
    expect(sends.get('one')).toMatchObject({ state: 'deferred', attempts: 1 });
    expect(mailsTo(enrolled.email)).toEqual([]);
  });

  it('a server that cannot be reached puts it off, and gets the mail once it can', async () => {
    const port = await freePort();
    const enrolled = await enroll([emailStep('one', 0)], { mailboxId: await mailbox({ port }) });
    const { row, log } = await reaches(enrolled, ({ log: all }) => all.length === 2);
    expect(row).toMatchObject({ state: 'active', stepId: 'one' });
    expect(row.why).toMatchObject([{ rule: 'no_connection' }]);
    expect(lines(log)).toEqual(['enrolled', 'email_deferred one']);
    expect(minutesBetween(log[1]?.at, row.nextAt)).toBe(1);
    await stack.forward([enrolled.id], 1 / 60 + moment);
    const second = await reaches(enrolled, ({ log: all }) => all.length === 3);
    expect(minutesBetween(second.log[2]?.at, second.row.nextAt)).toBe(2);
    const late = await startMailCatcher({ port });
    try {
      await stack.forward([enrolled.id], 2 / 60 + moment);
      const done = await endsAs(enrolled, 'finished');
      expect(done.sends.get('one')).toMatchObject({ state: 'sent', attempts: 3 });
      expect(late.messages()).toHaveLength(1);
    } finally {
      await late.stop();
    }
  });

  describe('settled 14: an answer to a mail that was skipped', () => {
    const steps = [emailStep('zero', 0), emailStep('one', 1), emailStep('two', 1, 'one')];
    async function skipParent(settings: object): Promise<Enrolled> {
      const enrolled = await enroll(steps, { settings });
      await reaches(enrolled, ({ row }) => row.stepId === 'one');
      await act(enrolled, 'skip-step');
      await stack.forward([enrolled.id], day + moment);
      return enrolled;
    }

    it('opens a thread of its own', async () => {
      const enrolled = await skipParent({});
      await endsAs(enrolled, 'finished');
      const mails = mailsTo(enrolled.email);
      expect(mails.map(({ subject }) => subject)).toEqual(['About zero', 'About two']);
      expect(mails[1]?.references).toEqual([]);
      expect(mails[1]?.inReplyTo).toBeUndefined();
    });

    it('or ends the enrollment, where the sequence says so', async () => {
      const enrolled = await skipParent({ onParentMissing: 'stop' });
      const { row, log, sends } = await endsAs(enrolled, 'errored');
      expect(row).toMatchObject({ reason: 'thread_parent_missing' });
      expect(lines(log).at(-1)).toBe('errored two');
      expect(sends.has('two')).toBe(false);
      expect(mailsTo(enrolled.email)).toHaveLength(1);
    });
  });
});

function minutesBetween(from: string | undefined, to: string | null | undefined): number {
  return (Date.parse(to ?? '') - Date.parse(from ?? '')) / 60_000;
}

/** Refusals are tried again within the same day, so the day must be long enough. */
function zoneWhereItIsMorning(): string {
  const zones = ['UTC', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Auckland'];
  const now = new Date();
  const hourIn = (timeZone: string): number =>
    Number(
      new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(now),
    );
  const zone = zones.find((timeZone) => hourIn(timeZone) < 13);
  if (zone === undefined) throw new Error('it is afternoon everywhere');
  return zone;
}
