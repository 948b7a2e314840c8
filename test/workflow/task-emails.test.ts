import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaughtMail, ReplyStage, ScriptedReply } from '../../src/local/mail-catcher.js';
import { fastForward } from '../../src/local/time-skipping.js';
import { eventually } from '../support/eventually.js';
import { startMailSink } from '../support/mail-sink.js';
import { lines, readRecord, type EnrollmentRecords } from '../support/records.js';
import { anyTime, callStep, emailStep, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser, TaskView } from '../support/stack-client.js';

describe('the email that a user sends from a task', () => {
  let stack: Stack;
  let user: SeededUser;
  /** What the mail server says to mails for an address. */
  const script = new Map<string, { readonly stage: ReplyStage; readonly reply: ScriptedReply }>();
  /** What is done before the recipient of an address is answered. */
  const holds = new Map<string, () => Promise<unknown>>();

  beforeAll(async () => {
    stack = await startStack({
      mail: {
        respond: async (stage, { envelope }) => {
          const email = envelope.to[0] ?? '';
          if (stage === 'rcpt') await holds.get(email)?.();
          const scripted = script.get(email);
          return scripted?.stage === stage ? scripted.reply : undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
  });
  afterAll(() => stack.close());

  interface Enrolled {
    readonly id: string;
    readonly email: string;
    readonly contactId: string;
    readonly taskId: string;
  }

  /** Enrolls somebody and waits for the task. */
  async function enrolled(steps: readonly object[], mailboxId?: string): Promise<Enrolled> {
    const email = `${randomUUID()}@contact.example`;
    const body = { name: 'By hand', steps, settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contactId = await stack.api.contact({ email });
    const from = mailboxId === undefined ? {} : { mailboxId };
    const wanted = { sequenceId, contact: { id: contactId }, ...from };
    const { id } = await stack.api.enroll(user.id, wanted);
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}`),
      (tasks) => tasks.length === 1,
    );
    return { id, email, contactId, taskId: task?.id ?? '' };
  }

  /** What the API shows of an email, and what it should by the mails that were caught. */
  async function shownOf(id = ''): Promise<unknown> {
    const { body } = await stack.api.request('GET', `/v1/emails/${id}`, undefined, user.id);
    const { taskId, state, messageId, html, thread } = body;
    return { taskId, state, messageId, html, thread };
  }
  const asCaught = (taskId: string, mail?: CaughtMail, answered?: CaughtMail): object => ({
    ...{ taskId, state: 'sent', messageId: mail?.messageId, html: mail?.html?.trimEnd() },
    thread: {
      inReplyTo: { messageId: answered?.messageId, stepId: 'one' },
      references: mail?.references,
    },
  });

  const send = ({ taskId }: Enrolled, body: object = {}) =>
    stack.api.request('POST', `/v1/tasks/${taskId}/send`, body, user.id);
  const complete = ({ taskId }: Enrolled) =>
    stack.api.request('POST', `/v1/tasks/${taskId}/complete`, {}, user.id);
  async function sent(who: Enrolled, body: object = {}): Promise<void> {
    expect(await send(who, body)).toMatchObject({ status: 202, body: { state: 'open' } });
  }
  const becomes = ({ id }: Enrolled, state: string): Promise<TaskView | undefined> =>
    eventually(
      async () => (await stack.api.tasks(`enrollmentId=${id}`))[0],
      (task) => task?.email?.state === state,
    );
  const reaches = ({ id }: Enrolled, satisfies: (records: EnrollmentRecords) => boolean) =>
    eventually(() => readRecord(stack.db, id), satisfies);
  const mailsTo = ({ email }: Enrolled): readonly CaughtMail[] =>
    stack.catcher.messages().filter(({ envelope }) => envelope.to[0] === email);
  const clientOf = () => new Client({ connection: stack.connection, namespace: stack.namespace });
  const runOf = ({ taskId }: Enrolled, number = 1) =>
    clientOf().workflow.getHandle(`task-email/${taskId}/${number}`);

  it('SEQ-02 SEQ-26 TSK-17 TSK-18 TSK-21: is threaded, completes the task, and is answered by a later step', async () => {
    const who = await enrolled([
      emailStep('one', 0),
      manualStep('two', 0, { replyTo: 'one' }),
      emailStep('three', 0, 'two'),
    ]);
    expect((await reaches(who, ({ row }) => row.state === 'waiting_task')).row.stepId).toBe('two');
    await sent(who, { html: '<p>Dear {{contact.firstName}}, by hand.</p>' });
    const { row, log, sends, tasks } = await reaches(who, (all) => all.row.state === 'finished');
    expect(lines(log)).toEqual([
      'enrolled',
      'email_sent one',
      'task_created two',
      'email_sent two',
      'task_completed two',
      'email_sent three',
      'finished',
    ]);
    const [one, two, three] = mailsTo(who);
    expect(mailsTo(who)).toHaveLength(3);
    expect(two).toMatchObject({
      subject: 'Re: About one',
      inReplyTo: one?.messageId,
      references: [one?.messageId],
    });
    expect(two?.html).toContain('<p>Dear Ada, by hand.</p>');
    expect(three).toMatchObject({
      subject: 'Re: About one',
      inReplyTo: two?.messageId,
      references: [one?.messageId, two?.messageId],
    });
    // The ledger counts it like any other mail of the enrollment, and all of it is linked to the contact.
    expect(sends.get('two')).toMatchObject({ state: 'sent', messageId: two?.messageId });
    expect([row.contactId, tasks[0]?.contactId]).toEqual([who.contactId, who.contactId]);
    const entry = log.find(({ type, stepId }) => type === 'email_sent' && stepId === 'two');
    const sendId = sends.get('two')?.id;
    expect(entry).toMatchObject({
      actor: { kind: 'user', id: user.id },
      data: { sendId, taskId: who.taskId },
    });
    expect(await shownOf(sendId)).toMatchObject(asCaught(who.taskId, two, one));
    const done = await becomes(who, 'sent');
    expect(done).toMatchObject({ state: 'completed', closedById: user.id });
    expect((await send(who)).body).toMatchObject({ code: 'TASK_CLOSED' });
    const seen = JSON.stringify([await runOf(who).describe(), await runOf(who).fetchHistory()]);
    expect(seen).not.toContain(who.email);
    expect(seen).not.toContain('by hand');
  });

  it('TSK-13: goes out when its enrollment has long finished', async () => {
    const who = await enrolled([manualStep('late', 0, { waitsForCompletion: false })]);
    await reaches(who, ({ row }) => row.state === 'finished');
    await sent(who);
    await becomes(who, 'sent');
    expect(mailsTo(who)).toHaveLength(1);
    const { log } = await readRecord(stack.db, who.id);
    expect(lines(log).slice(-3)).toEqual(['finished', 'email_sent late', 'task_completed late']);
  });

  it('is refused for what it says, and sent again with other content', async () => {
    const who = await enrolled([manualStep('one', 0), emailStep('two', 0, 'one')]);
    const reply = { code: 554, text: '5.7.1 looks like spam' };
    script.set(who.email, { stage: 'data', reply });
    await sent(who);
    const rejected = await becomes(who, 'rejected');
    expect(rejected).toMatchObject({ state: 'open', email: { nextAttemptAt: null } });
    expect(rejected?.email?.serverReply).toContain('looks like spam');
    expect((await readRecord(stack.db, who.id)).row.state).toBe('waiting_task');
    script.delete(who.email);
    await sent(who, { subject: 'Once more', html: '<p>Without the offer.</p>' });
    const { log, sends } = await reaches(who, ({ row }) => row.state === 'finished');
    expect(lines(log)).toEqual([
      'enrolled',
      'task_created one',
      'email_rejected one',
      'email_sent one',
      'task_completed one',
      'email_sent two',
      'finished',
    ]);
    expect(mailsTo(who).map(({ subject }) => subject)).toEqual(['Once more', 'Re: Once more']);
    expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 1, subject: 'Once more' });
  });

  it('to an address that does not exist ends the enrollment, and is not written to again', async () => {
    const who = await enrolled([manualStep('one', 0), callStep('two', 0)]);
    script.set(who.email, { stage: 'rcpt', reply: { code: 550, text: '5.1.1 no such user' } });
    await sent(who);
    const { row, log } = await reaches(who, (all) => all.row.state === 'errored');
    expect(row.reason).toBe('bounced');
    expect(lines(log).slice(-2)).toEqual(['email_rejected one', 'errored one']);
    expect(await becomes(who, 'rejected')).toMatchObject({ state: 'cancelled' });
    // Its own workflow hears of it, and ends.
    await clientOf().workflow.getHandle(`enrollment/${who.id}`).result();
    const found = await stack.api.request('GET', `/v1/suppressions?address=${who.email}`);
    expect(found.body['results']).toMatchObject([{ reason: 'bounced' }]);
  });

  it('is tried again after a refusal for now, and sent then', async () => {
    const who = await enrolled([manualStep('one', 0)]);
    script.set(who.email, { stage: 'rcpt', reply: { code: 451, text: '4.7.1 greylisted' } });
    await sent(who);
    const waiting = await becomes(who, 'deferred');
    const { requestedAt, nextAttemptAt } = waiting?.email ?? {};
    const waitMs = Date.parse(nextAttemptAt ?? '') - Date.parse(requestedAt ?? '');
    expect(Math.round(waitMs / 60_000)).toBe(5);
    expect((await send(who)).body).toMatchObject({ code: 'TASK_EMAIL_UNDER_WAY' });
    script.delete(who.email);
    const { connection, namespace } = stack;
    const workflowId = runOf(who).workflowId;
    await fastForward({ connection, namespace, workflowId, seconds: 301 });
    expect(await becomes(who, 'sent')).toMatchObject({ state: 'completed' });
    const { log, sends } = await reaches(who, ({ row }) => row.state === 'finished');
    expect(lines(log)).toContain('email_deferred one');
    expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it.each([
    ['a reply', (who: Enrolled) => stack.api.reply(who.id), 'cancelled'],
    ['a completion by hand', complete, 'completed'],
  ])('%s before the first byte withdraws it', async (_, act, state) => {
    const who = await enrolled([manualStep('one', 0), callStep('two', 0)]);
    holds.set(who.email, () => act(who));
    await sent(who);
    expect(await becomes(who, 'withdrawn')).toMatchObject({ state });
    expect(mailsTo(who)).toEqual([]);
    const { sends, log } = await readRecord(stack.db, who.id);
    expect(sends.get('one')?.state).toBe('withdrawn');
    expect(lines(log)).not.toContain('email_sent one');
  });

  it('a reply while its body is on its way: it was sent once, and then the contact was unenrolled', async () => {
    const who = await enrolled([manualStep('one', 0), callStep('two', 0)]);
    const off = stack.catcher.onMail(({ envelope }) => {
      if (envelope.to[0] === who.email) void stack.api.reply(who.id);
    });
    await sent(who);
    await becomes(who, 'sent');
    off();
    const { log } = await reaches(who, ({ row }) => row.state === 'unenrolled');
    expect(lines(log).filter((line) => line === 'email_sent one')).toHaveLength(1);
    expect(mailsTo(who)).toHaveLength(1);
  });

  it('of which nobody knows whether it arrived is never sent again by itself', async () => {
    const sink = await startMailSink({ at: 'dot', act: 'drop' });
    try {
      const other = await stack.api.request('POST', '/v1/mailboxes', {
        userId: user.id,
        address: `${randomUUID()}@sender.example`,
        smtp: { host: '127.0.0.1', port: sink.port, security: 'none' },
      });
      const who = await enrolled([manualStep('one', 0)], String(other.body['id']));
      await sent(who);
      expect(await becomes(who, 'unknown')).toMatchObject({ state: 'open' });
      expect(await runOf(who).result()).toMatchObject({ state: 'unknown', nextAt: null });
      expect((await send(who)).body).toMatchObject({ status: 409, code: 'TASK_EMAIL_UNCERTAIN' });
      expect(sink.complete()).toHaveLength(1);
      expect((await complete(who)).status).toBe(200);
      const { log } = await reaches(who, ({ row }) => row.state === 'finished');
      expect(lines(log).slice(2)).toEqual([
        'email_uncertain one',
        'task_completed one',
        'finished',
      ]);
    } finally {
      await sink.stop();
    }
  });

  it('is withdrawn by a cancellation in the Temporal UI, and may be sent again', async () => {
    const who = await enrolled([manualStep('one', 0)]);
    script.set(who.email, { stage: 'rcpt', reply: { code: 451, text: '4.7.1 greylisted' } });
    await sent(who);
    await becomes(who, 'deferred');
    await runOf(who).cancel();
    expect(await becomes(who, 'withdrawn')).toMatchObject({ state: 'open' });
    await expect(runOf(who).result()).rejects.toThrow(/cancelled/i);
    script.delete(who.email);
    await sent(who);
    expect(await runOf(who, 2).result()).toEqual({ state: 'sent', nextAt: null });
    expect(mailsTo(who)).toHaveLength(1);
  });
});
