import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mailboxes, mailServers, taskReminders } from '../../src/db/schema/index.js';
import { parseMessageId } from '../../src/domain/message/message-id.js';
import type { ScriptedReply } from '../../src/local/mail-catcher.js';
import { fixtureBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import {
  createTaskTwice,
  remindTwice,
  remindTwiceAtOnce,
} from '../support/fixtures/twice/index.js';
import { readRecord } from '../support/records.js';
import { startMailSink } from '../support/mail-sink.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const leaseMs = 4_000;
const none = { sent: 0, withdrawn: 0, failed: 0, later: 0, unknown: 0 };

/** The enrollments' own workflows never run here: the activities are called by one that calls each twice. */
describe('reminders of new tasks', () => {
  const queue = `reminders-${randomUUID()}`;
  /** That of a worker with other secrets. */
  const otherQueue = `reminders-${randomUUID()}`;
  let stack: Stack;
  let client: Client;
  let reply: ScriptedReply | undefined;
  /** While it is set, the server does not answer. */
  let isSlow = false;

  beforeAll(async () => {
    const bundle = await fixtureBundle('twice');
    stack = await startStack({
      worker: {
        ...{ bundle, taskQueue: queue, sweepEverySeconds: 86_400, sendLeaseMs: leaseMs },
        sendCaps: { accountAtHost: 1, host: 1, mailbox: 1, account: 1 },
      },
      mail: {
        respond: async (stage) => {
          if (stage !== 'rcpt') return undefined;
          while (isSlow) await setTimeout(50);
          return reply;
        },
      },
    });
    await stack.startWorker({
      ...{ bundle, taskQueue: otherQueue, sweepEverySeconds: 86_400 },
      ...{ encryptionKeys: [randomBytes(32)], messageIdKeys: ['another secret of the tests'] },
    });
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterEach(async () => {
    reply = undefined;
    isSlow = false;
    await stack.db.delete(taskReminders);
  });
  afterAll(async () => {
    for (const name of [queue, otherQueue]) {
      await client.schedule.getHandle(`sweeper/${name}`).delete();
      await client.schedule.getHandle(`reminders/${name}`).delete();
    }
    await stack.close();
  });

  const run = runOn(queue);
  const runElsewhere = runOn(otherQueue);
  function runOn(taskQueue: string) {
    return <Args extends unknown[], Result>(
      workflow: (...args: Args) => Promise<Result>,
      ...args: Args
    ): Promise<Result> =>
      client.workflow.execute<(...args: Args) => Promise<Result>>(workflow.name, {
        workflowId: randomUUID(),
        taskQueue,
        args,
      });
  }

  interface Made {
    readonly taskId: string;
    readonly enrollmentId: string;
    readonly assignee: SeededUser;
    readonly address: string;
  }

  /** Has a task made by a sequence, twice over. */
  async function makeTask(settings: object, enrollment: object = {}): Promise<Made> {
    const assignee = await stack.api.user(stack.catcher.port);
    const sequenceId = await stack.api.sequence(assignee.id, {
      name: 'Reminded',
      steps: [
        { ...callStep('call', 0), notes: '<p>Ask <b>{{contact.firstName|them}}</b> back</p>' },
        emailStep('after', 1),
      ],
      settings: { ...anyTime, ...settings },
    });
    const contactId = await stack.api.contact({ lastName: 'King' });
    const { id: enrollmentId } = await stack.api.enroll(assignee.id, {
      sequenceId,
      contact: { id: contactId },
      ...enrollment,
    });
    const { accountId } = stack;
    const at = new Date().toISOString();
    await run(createTaskTwice, { accountId, enrollmentId, stepId: 'call', at });
    const { tasks } = await readRecord(stack.db, enrollmentId);
    const user = await stack.api.request('GET', `/v1/users/${tasks[0]?.assigneeId ?? ''}`);
    const taskId = tasks[0]?.id ?? '';
    return { taskId, enrollmentId, assignee, address: String(user.body['email']) };
  }

  const rows = () => stack.db.select().from(taskReminders);
  const later = (minutes = 1) => new Date(Date.now() + minutes * 60_000).toISOString();
  const mailsTo = ({ address }: Made) =>
    stack.catcher.messages().filter((mail) => mail.envelope.to[0] === address);

  /** Leaves what an attempt leaves that dies at that point. */
  const dies = (state: 'connecting' | 'in_data', leaseMs: number) =>
    stack.db.update(taskReminders).set({
      state,
      attempts: 1,
      fence: 1,
      leaseUntil: sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`,
    });

  it('TSK-05: one whose mail server rests waits for that, and has not been tried', async () => {
    const made = await makeTask({ taskReminderMinute: 0 });
    const at = later();
    const restsUntil = later(30);
    const server = { host: '127.0.0.1', port: stack.catcher.port, security: 'none' } as const;
    const rest = { failures: 5, rests: 1, restsUntil, reason: 'unreachable', failedAt: at };
    await stack.db.insert(mailServers).values({ accountId: stack.accountId, ...server, ...rest });
    try {
      expect(await run(remindTwice, at)).toEqual([{ ...none, later: 1 }, none]);
      const [row] = await rows();
      expect(row).toMatchObject({ state: 'waiting', attempts: 0 });
      expect(Date.parse(row?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(restsUntil));
    } finally {
      await stack.db.delete(mailServers);
    }
    expect(await run(remindTwice, later(40))).toEqual([{ ...none, sent: 1 }, none]);
    expect(mailsTo(made)).toHaveLength(1);
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 1 }]);
  });

  it('TSK-05: one that finds no place waits for it, and has not been tried', async () => {
    isSlow = true;
    const made = [
      await makeTask({ taskReminderMinute: 0 }),
      await makeTask({ taskReminderMinute: 0 }),
    ];
    const at = later();
    const rounds = run(remindTwice, at);
    const hasGivenBack = (row: Awaited<ReturnType<typeof rows>>[number]): boolean =>
      row.state === 'waiting' && row.attempts === 0 && row.at > at && row.leaseUntil === null;
    await eventually(rows, (all) => all.filter(hasGivenBack).length === 1);
    expect((await rows()).filter(({ state }) => state === 'connecting')).toHaveLength(1);
    isSlow = false;
    const [first, second] = await rounds;
    expect(first.later + second.later).toBeGreaterThan(0);
    await run(remindTwice, later(5));
    for (const task of made) expect(mailsTo(task)).toHaveLength(1);
    const sent = { state: 'sent', attempts: 1 };
    expect(await rows()).toMatchObject([sent, sent]);
  });

  it('TSK-05: there are none unless the sequence says so', async () => {
    const task = await makeTask({});
    expect(await rows()).toEqual([]);
    expect(await run(remindTwice, later())).toEqual([none, none]);
    expect(mailsTo(task)).toEqual([]);
  });

  it('TSK-05 TSK-06: one mail a task, from the assignee’s mailbox to the assignee, run twice', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    expect(await rows()).toMatchObject([{ taskId: task.taskId, state: 'waiting', attempts: 0 }]);
    expect(await run(remindTwice, later())).toEqual([{ ...none, sent: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 1, leaseUntil: null }]);
    const [mail, ...more] = mailsTo(task);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: 'Task: Call Ada', from: { address: task.address } });
    expect(mail?.text).toContain('Contact: Ada King');
    expect(mail?.text).toContain('Ask Ada back');
    expect(mail?.text).not.toContain('<');
    expect(mail?.headers).toContainEqual({
      key: 'auto-submitted',
      value: 'auto-generated',
    });
  });

  it('TSK-05: two rounds at once send one mail', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    const [first, second] = await run(remindTwiceAtOnce, later());
    expect(first.sent + second.sent).toBe(1);
    expect(mailsTo(task)).toHaveLength(1);
  });

  it('TSK-06: waits for its minute in the enrollment’s zone', async () => {
    const task = await makeTask({ taskReminderMinute: 1439 }, { timeZone: 'Asia/Tokyo' });
    const [reminder] = await rows();
    const inTokyo = new Date(Date.parse(reminder?.at ?? '') + 9 * 3_600_000).toISOString();
    expect(inTokyo.slice(11, 16)).toBe('23:59');
    const before = new Date(Date.parse(reminder?.at ?? '') - 60_000).toISOString();
    expect(await run(remindTwice, before)).toEqual([none, none]);
    expect(await run(remindTwice, reminder?.at ?? '')).toEqual([{ ...none, sent: 1 }, none]);
    expect(mailsTo(task)).toHaveLength(1);
  });

  it('TSK-05: one whose sender died in the body is not sent again', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    await dies('in_data', -1);
    expect(await run(remindTwice, later())).toEqual([{ ...none, unknown: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'unknown', attempts: 1 }]);
    expect(mailsTo(task)).toEqual([]);
  });

  it('TSK-05: one whose sender died before the body is taken over when its lease has run out', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    await dies('connecting', 60_000);
    expect(await run(remindTwice, later())).toEqual([none, none]);
    await dies('connecting', -1);
    expect(await run(remindTwice, later())).toEqual([{ ...none, sent: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 2 }]);
    expect(mailsTo(task)).toHaveLength(1);
  });

  it('TSK-05: one whose server is slow keeps its lease, and nobody takes it over', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    isSlow = true;
    const slow = run(remindTwice, later());
    await eventually(rows, ([row]) => row?.state === 'connecting');
    await setTimeout(1.5 * leaseMs);
    expect(await run(remindTwice, later())).toEqual([none, none]);
    isSlow = false;
    expect(await slow).toEqual([{ ...none, sent: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 1 }]);
    expect(mailsTo(task)).toHaveLength(1);
  });

  it('TSK-05: one whose round is cancelled before the body is not withdrawn but sent by the next', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    isSlow = true;
    const cancelled = await client.workflow.start<typeof remindTwice>(remindTwice.name, {
      workflowId: randomUUID(),
      taskQueue: queue,
      args: [later()],
    });
    await eventually(rows, ([row]) => row?.state === 'connecting');
    await cancelled.cancel();
    await eventually(rows, ([row]) => row?.state !== 'connecting', 30_000);
    isSlow = false;
    expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 1, leaseUntil: null }]);
    expect(await run(remindTwice, later())).toEqual([{ ...none, sent: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 2 }]);
    expect(mailsTo(task)).toHaveLength(1);
  });

  it('TSK-05: none is sent of a task that is done by then', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    await stack.api.request('POST', `/v1/tasks/${task.taskId}/complete`, {}, task.assignee.id);
    expect(await run(remindTwice, later())).toEqual([{ ...none, withdrawn: 1 }, none]);
    expect(mailsTo(task)).toEqual([]);
  });

  it('TSK-05: goes to whom the task was given, also while one to somebody else is under way', async () => {
    const heir = await stack.api.user(stack.catcher.port);
    const { body } = await stack.api.request('GET', `/v1/users/${heir.id}`);
    const address = String(body['email']);
    const give = async ({ taskId, assignee }: Made) =>
      stack.api.request('PATCH', `/v1/tasks/${taskId}`, { assigneeId: address }, assignee.id);
    const early = await makeTask({ taskReminderMinute: 0 });
    expect((await give(early)).status).toBe(200);
    expect(await run(remindTwice, later())).toEqual([{ ...none, sent: 1 }, none]);
    expect([mailsTo(early), mailsTo({ ...early, address })]).toMatchObject([[], [{}]]);

    const late = await makeTask({ taskReminderMinute: 0 });
    isSlow = true;
    const slow = run(remindTwice, later());
    const isLate = ({ taskId }: { readonly taskId: string }) => taskId === late.taskId;
    await eventually(rows, (all) => all.find(isLate)?.state === 'connecting');
    expect((await give(late)).status).toBe(200);
    isSlow = false;
    const [first, second] = await slow;
    expect([first.later, first.sent + second.sent]).toEqual([1, 1]);
    expect((await rows()).find(isLate)).toMatchObject({ state: 'sent' });
    expect(mailsTo(late)).toEqual([]);
    expect(mailsTo({ ...late, address })).toHaveLength(2);
  });

  it('TSK-05: one that is refused for now is tried again later, for good never', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    reply = { code: 451, text: '4.3.0 Not now' };
    expect(await run(remindTwice, later())).toEqual([{ ...none, later: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 1 }]);
    reply = { code: 550, text: '5.1.1 Unknown' };
    expect(await run(remindTwice, later(5))).toEqual([{ ...none, failed: 1 }, none]);
    reply = undefined;
    expect(await run(remindTwice, later(60))).toEqual([none, none]);
    expect(mailsTo(task)).toEqual([]);
  });

  it('TSK-05: one that is tried again keeps its Message-ID, whatever the secrets are by then', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    reply = { code: 451, text: '4.3.0 Not now' };
    expect(await run(remindTwice, later())).toEqual([{ ...none, later: 1 }, none]);
    const [row] = await rows();
    reply = undefined;
    expect(await runElsewhere(remindTwice, later(5))).toEqual([{ ...none, sent: 1 }, none]);
    const key = 'a secret of the tests alone';
    expect(mailsTo(task)).toMatchObject([{ messageId: row?.messageId }]);
    expect(parseMessageId(row?.messageId ?? '', [key])).toBe(task.taskId);
  });

  it('TSK-05: one whose mailbox’s password the worker cannot open waits', async () => {
    const task = await makeTask({ taskReminderMinute: 0 });
    const { body } = await stack.api.request('GET', `/v1/mailboxes/${task.assignee.mailboxId}`);
    const server = { host: '127.0.0.1', port: stack.catcher.port, security: 'none' };
    const smtp = { ...server, username: 'robin', password: 'secret' };
    const given = { address: body['address'], smtp };
    await stack.api.request('PUT', '/v1/mailboxes', given, task.assignee.id);
    expect(await runElsewhere(remindTwice, later())).toEqual([{ ...none, later: 1 }, none]);
    expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 1, leaseUntil: null }]);
    expect(mailsTo(task)).toEqual([]);
    expect(await run(remindTwice, later(5))).toEqual([{ ...none, sent: 1 }, none]);
    expect(mailsTo(task)).toHaveLength(1);
  });

  it('TSK-05: goes out from the enrollment’s mailbox when the assignee has none, or waits', async () => {
    const { body } = await stack.api.request('POST', '/v1/users', {
      email: `${randomUUID()}@assignee.example`,
      name: 'No Mailbox',
      timeZone: 'UTC',
    });
    const assigned = { taskAssignee: { id: body['id'] } };
    const task = await makeTask({ taskReminderMinute: 0 }, assigned);
    await stack.db.update(mailboxes).set({ state: 'disconnected' });
    expect(await run(remindTwice, later())).toEqual([{ ...none, later: 1 }, none]);
    await stack.db
      .update(mailboxes)
      .set({ state: 'connected' })
      .where(
        and(eq(mailboxes.accountId, stack.accountId), eq(mailboxes.id, task.assignee.mailboxId)),
      );
    expect(await run(remindTwice, later(5))).toEqual([{ ...none, sent: 1 }, none]);
    const sender = await stack.api.request('GET', `/v1/mailboxes/${task.assignee.mailboxId}`);
    expect(mailsTo(task)).toMatchObject([{ from: { address: sender.body['address'] } }]);
  });
});

describe('a worker with its sweeper', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.close());

  it('TSK-05: reminds by itself, at no cost for the enrollment', async () => {
    const user = await stack.api.user(stack.catcher.port);
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Reminded',
      steps: [callStep('call', 0)],
      settings: { ...anyTime, taskReminderMinute: 0 },
    });
    const contactId = await stack.api.contact();
    await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    const mails = await eventually(
      () => Promise.resolve(stack.catcher.messages()),
      (messages) => messages.length > 0,
    );
    expect(mails).toMatchObject([{ subject: 'Task: Call Ada' }]);
  });

  it('TSK-05: a mail server that hangs holds up its own reminders alone', async () => {
    const sink = await startMailSink({ at: 'ehlo', act: 'stall' });
    try {
      const before = stack.catcher.messages().length;
      const remind = async (port: number): Promise<void> => {
        const user = await stack.api.user(port);
        const sequenceId = await stack.api.sequence(user.id, {
          name: 'Reminded',
          steps: [callStep('call', 0)],
          settings: { ...anyTime, taskReminderMinute: 0 },
        });
        const contactId = await stack.api.contact();
        await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
      };
      await Promise.all([1, 2, 3].map(() => remind(sink.port)));
      await eventually(
        () => sink.connections(),
        (count) => count > 0,
      );
      await remind(stack.catcher.port);
      await eventually(
        () => stack.catcher.messages().length - before,
        (count) => count === 1,
        // Less than the mail server is waited for.
        15_000,
      );
    } finally {
      await sink.stop();
    }
  });
});
