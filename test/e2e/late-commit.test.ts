import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorker } from '../../src/assembly/start-worker.js';
import { taskReminders } from '../../src/db/schema/index.js';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { startHeldCommits, type HeldCommits } from '../support/held-commits.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { Answer, SeededUser } from '../support/stack-client.js';
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

const limitMs = 90_000;
/** Longer than an answer may take for the first byte to follow it. */
const tooLateMs = 1_100;

describe('a worker that hears late that the body of a mail may begin', () => {
  let stack: Stack;
  let user: SeededUser;
  let commits: HeldCommits;
  /** Leads to the mail server, and can be cut off. */
  let post: TcpSwitch;
  /** Once the recipient of such a mail is named, the commit before its body is held back. */
  const late = new Set<string>();

  beforeAll(async () => {
    stack = await startStack({
      worker: false,
      mail: {
        respond: (stage, { envelope }) => {
          if (stage === 'rcpt' && late.has(envelope.to[0] ?? '')) commits.hold('in_data');
          return undefined;
        },
      },
    });
    commits = await startHeldCommits(stack.databaseUrl);
    post = await startTcpSwitch(`127.0.0.1:${stack.catcher.port}`);
    post.on();
    user = await stack.api.user(stack.catcher.port);
  }, 120_000);
  afterEach(() => {
    late.clear();
    commits.release();
  });
  afterAll(async () => {
    await stack.close();
    await commits.stop();
    await post.stop();
  });

  const act = (path: string, by = user): Promise<Answer> =>
    stack.api.request('POST', path, {}, by.id);
  const recordOf = (id: string) => readRecord(stack.db, id);
  const mailsTo = (email: string) =>
    stack.catcher.messages().filter(({ envelope }) => envelope.to[0] === email);
  const toldOf = async (id: string) => lines((await recordOf(id)).log);

  /** Resolves when so many more commits were made that nobody has heard of. */
  function committed(count: number): Promise<unknown> {
    const before = commits.held();
    return eventually(
      () => commits.held() - before,
      (more) => more >= count,
      limitMs,
    );
  }

  /** Enrolls somebody; whose mail is late unless `isLate` is false. */
  async function enrolled(
    steps: readonly object[],
    { by = user, settings = {}, isLate = true } = {},
  ): Promise<{ readonly id: string; readonly email: string }> {
    const email = `${randomUUID()}@contact.example`;
    if (isLate) late.add(email);
    const contact = { id: await stack.api.contact({ email }) };
    const body = { name: 'Late', steps, settings: { ...anyTime, ...settings } };
    const sequenceId = await stack.api.sequence(by.id, body);
    const { id } = await stack.api.enroll(by.id, { sequenceId, contact });
    return { id, email };
  }

  async function taskOf(id: string): Promise<string> {
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}`),
      (tasks) => tasks.length === 1,
    );
    return task?.id ?? '';
  }

  const startLate = (): Promise<RunningWorker> =>
    stack.startWorker({
      database: { url: commits.url, maxConnections: 10 },
      shutdownGraceMs: 200,
    });

  describe('while somebody ends what it is for', () => {
    let worker: RunningWorker;
    beforeAll(async () => {
      worker = await startLate();
    });
    afterAll(() => worker.stop());

    it('ENR-20: looks again: a reply that was answered stops the mail', async () => {
      const held = committed(1);
      const { id, email } = await enrolled([emailStep('one', 0), emailStep('two', 3)]);
      await held;
      expect((await stack.api.reply(id)).status).toBe(200);
      expect(await toldOf(id)).toEqual(['enrolled', 'email_uncertain one', 'unenrolled one']);
      await delay(tooLateMs);
      commits.release();
      await eventually(
        () => recordOf(id),
        ({ sends }) => /sent|withdrawn/.test(sends.get('one')?.state ?? ''),
      );
      expect(mailsTo(email)).toEqual([]);
      expect((await toldOf(id)).slice(1)).toEqual([
        ...['email_uncertain one', 'unenrolled one', 'email_withdrawn one'],
      ]);
      expect(await stack.api.enrollment(id)).toMatchObject({ uncertainSteps: [] });
    });

    it('TSK-18: looks again: a task that was completed by hand stops its email', async () => {
      const held = committed(1);
      const { id, email } = await enrolled([manualStep('one', 0), emailStep('two', 3)]);
      const taskId = await taskOf(id);
      await act(`/v1/tasks/${taskId}/send`);
      await held;
      expect((await act(`/v1/tasks/${taskId}/complete`)).status).toBe(200);
      await delay(tooLateMs);
      commits.release();
      const emailOf = async () => (await stack.api.tasks(`enrollmentId=${id}`))[0]?.email;
      await eventually(emailOf, (one) => /sent|withdrawn/.test(one?.state ?? ''));
      expect(mailsTo(email)).toEqual([]);
      expect((await recordOf(id)).sends.get('one')?.state).toBe('withdrawn');
      expect((await toldOf(id)).slice(2)).toEqual([
        ...['email_uncertain one', 'task_completed one', 'email_withdrawn one'],
      ]);
    });

    it('TSK-05: looks again: a task that was completed stops its reminder', async () => {
      const assignee = await stack.api.user(stack.catcher.port);
      const read = await stack.api.request('GET', `/v1/users/${assignee.id}`);
      const address = String(read.body['email']);
      late.add(address);
      const held = committed(1);
      const settings = { taskReminderMinute: 0 };
      const { id } = await enrolled([callStep('call', 0)], { by: assignee, settings });
      const taskId = await taskOf(id);
      await held;
      expect((await act(`/v1/tasks/${taskId}/complete`, assignee)).status).toBe(200);
      await delay(tooLateMs);
      commits.release();
      const reminder = async () =>
        (await stack.db.select().from(taskReminders).where(eq(taskReminders.taskId, taskId)))[0];
      await eventually(reminder, (row) => /sent|withdrawn|unknown/.test(row?.state ?? ''));
      expect(mailsTo(address)).toEqual([]);
      expect((await reminder())?.state).toBe('withdrawn');
    });
  });

  it(
    '5.1: and is stopped meanwhile: nothing is uncertain, and the next worker sends',
    async () => {
      const worker = await startLate();
      const held = committed(2);
      const mail = await enrolled([emailStep('one', 0)]);
      const task = await enrolled([manualStep('one', 0)]);
      await act(`/v1/tasks/${await taskOf(task.id)}/send`);
      await held;
      const stopped = worker.stop();
      await delay(tooLateMs);
      commits.release();
      await stopped;
      late.clear();
      const next = await stack.startWorker();
      for (const { id, email } of [mail, task]) {
        const { log, sends } = await eventually(
          () => recordOf(id),
          ({ row }) => row.state === 'finished' || row.state === 'paused',
          limitMs,
        );
        expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 2 });
        expect(lines(log)).toContain('email_sent one');
        expect(lines(log)).not.toContain('email_uncertain one');
        expect(mailsTo(email)).toHaveLength(1);
      }
      await next.stop();
    },
    limitMs,
  );

  describe('since it stands still, while another takes its mails for uncertain', () => {
    let frozen: WorkerChild;
    let next: RunningWorker;
    let temporal: TcpSwitch;
    const people = new Map<string, { readonly id: string; readonly email: string }>();
    let byHand = '';

    beforeAll(async () => {
      const { database, temporal: server, ...settings } = stack.workerSettings;
      temporal = await startTcpSwitch(server.address ?? '');
      temporal.on();
      frozen = await startWorkerChild(
        {
          ...settings,
          database: { ...database, url: commits.url },
          temporal: { ...server, address: temporal.address },
          sendLeaseMs: 1_000,
        },
        await workflowBundle(),
      );
      const held = committed(3);
      const behindPost = await stack.api.user(Number(post.address.split(':')[1]));
      people.set('reached', await enrolled([emailStep('one', 0)]));
      people.set('cut off', await enrolled([emailStep('one', 0)], { by: behindPost }));
      const task = await enrolled([manualStep('one', 0)]);
      people.set('task', task);
      byHand = await taskOf(task.id);
      await act(`/v1/tasks/${byHand}/send`);
      await held;
      frozen.freeze();
      late.clear();
      commits.release();
      // Its connections break, so that nobody waits for what it does not take.
      temporal.off();
      post.off();
      post.on();
      next = await stack.startWorker();
      await eventually(
        () => Promise.all([...people.values()].map(({ id }) => toldOf(id))),
        (all) => all.every((told) => /^paused|^email_uncertain/.test(told.at(-1) ?? '')),
        limitMs,
      );
      temporal.on();
      frozen.thaw();
      // It may also have given up waiting for the answer: then the mail is put off for a minute.
      const ids = ['reached', 'cut off'].map((name) => people.get(name)?.id ?? '');
      const records = await eventually(
        () => Promise.all(ids.map(recordOf)),
        (all) => all.every(({ row }) => row.state !== 'paused'),
        limitMs,
      );
      const later = records.filter(({ row }) => (row.nextAt ?? '') > new Date().toISOString());
      await stack.forward(
        later.map(({ row }) => row.id),
        1,
      );
    }, 120_000);
    afterAll(async () => {
      await frozen.kill();
      await next.stop();
      await temporal.stop();
    });

    it.each(['reached', 'cut off'])(
      '5.1: it wakes and knows that nothing left (mail server %s): the mail is sent, once',
      async (name) => {
        const { id = '', email = '' } = people.get(name) ?? {};
        const { log, sends } = await eventually(
          () => recordOf(id),
          ({ row }) => row.state === 'finished',
          limitMs,
        );
        const told = lines(log);
        expect(told.slice(0, 2)).toEqual(['enrolled', 'paused one']);
        expect(told.slice(-2)).toEqual(['email_sent one', 'finished']);
        expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 2 });
        expect(mailsTo(email)).toHaveLength(1);
      },
      limitMs,
    );

    it('TSK-18: it wakes and knows that nothing left: its user may send the email of the task again', async () => {
      const { id = '', email = '' } = people.get('task') ?? {};
      const emailOf = async () => (await stack.api.tasks(`enrollmentId=${id}`))[0]?.email;
      await eventually(emailOf, (one) => /withdrawn|given_up/.test(one?.state ?? ''));
      expect(mailsTo(email)).toEqual([]);
      expect((await act(`/v1/tasks/${byHand}/send`)).status).toBe(202);
      await eventually(emailOf, (one) => one?.state === 'sent');
      expect(mailsTo(email)).toHaveLength(1);
    });
  });
});
