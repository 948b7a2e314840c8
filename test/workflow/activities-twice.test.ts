import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStepInput } from '../../src/contract/activities.js';
import type { TaskEmailAttemptInput } from '../../src/contract/task-email.js';
import { advanceSend, insertSend, takeLease } from '../../src/db/queries/email-sends.js';
import { leaveWord } from '../../src/db/queries/outbox.js';
import { enrollments, outbox, taskEmails } from '../../src/db/schema/index.js';
import type { MessageType } from '../../src/domain/enrollment/message.js';
import { fixtureBundle } from '../support/bundles.js';
import { cloneEnrollment } from '../support/clones.js';
import {
  applyTwice,
  createTaskTwice,
  sendTwice,
  sendTaskEmailTwice,
  sendTaskEmailTwiceAtOnce,
  sendTwiceAtOnce,
  sweepTwice,
  withdrawTaskEmailTwice,
} from '../support/fixtures/twice/index.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

/** What a word that a sweeper may tell now looks like. */
const due = { nextTryAt: sql`clock_timestamp() - interval '1 minute'` };

/** The enrollments' own workflows never run here: the activities are called by one that calls each twice. */
describe('an activity that runs twice', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  let answerDelayMs = 0;

  beforeAll(async () => {
    const bundle = await fixtureBundle('twice');
    stack = await startStack({
      // Not the queue that the API starts enrollments on.
      worker: { bundle, taskQueue: queue, sendLeaseMs: 2_000, sweepEverySeconds: 3_600 },
      mail: {
        respond: async (stage) => {
          if (stage === 'data') await delay(answerDelayMs);
          return undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(async () => {
    await client.schedule.getHandle(`sweeper/${queue}`).delete();
    await client.schedule.getHandle(`reminders/${queue}`).delete();
    await stack.close();
  });

  const queue = `twice-${randomUUID()}`;

  async function enroll(...steps: object[]): Promise<RunStepInput> {
    const body = { name: 'Steps', steps, settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contactId = await stack.api.contact();
    const enrollment = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    return {
      accountId: stack.accountId,
      enrollmentId: enrollment.id,
      stepId: enrollment.currentStep?.id ?? '',
      at: new Date().toISOString(),
    };
  }

  /** Has a workflow of the fixture call its activity twice. */
  function run<Args extends unknown[], Result>(
    workflow: (...args: Args) => Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    return client.workflow.execute<(...args: Args) => Promise<Result>>(workflow.name, {
      workflowId: randomUUID(),
      taskQueue: queue,
      args,
    });
  }

  const recordOf = ({ enrollmentId }: RunStepInput) => readRecord(stack.db, enrollmentId);

  async function mailsOf(input: RunStepInput): Promise<number> {
    const messageId = (await recordOf(input)).sends.get(input.stepId)?.messageId;
    return stack.catcher.messages().filter((mail) => mail.messageId === messageId).length;
  }

  /** Leaves in the ledger what an attempt leaves that dies at that point. */
  async function diesIn(
    { accountId, enrollmentId, stepId, at }: RunStepInput,
    state: 'connecting' | 'in_data',
    leaseMs: number,
  ): Promise<void> {
    const sendId = randomUUID();
    const messageId = `<${sendId}@sender.example>`;
    const recipient = `${sendId}@contact.example`;
    await stack.db.transaction(async (tx) => {
      await insertSend(tx, {
        accountId,
        id: sendId,
        enrollmentId,
        stepId,
        mailboxId: user.mailboxId,
        recipient,
        messageId,
        subject: 'About one',
        references: [],
        raw: Buffer.from(`Message-ID: ${messageId}\r\nSubject: About one\r\n\r\nHello\r\n`),
        reservedAt: at,
      });
      const lease = await takeLease(tx, { accountId, id: sendId }, leaseMs);
      if (state === 'in_data') await advanceSend(tx, lease, { from: ['connecting'], to: state });
    });
  }

  it('sends one mail, writes one entry, and answers the same', async () => {
    const input = await enroll(emailStep('one', 0), emailStep('two', 2));
    const [first, second] = await run(sendTwice, input);
    expect(first).toMatchObject({ state: 'active', step: { id: 'two', position: 2 } });
    expect(second).toEqual(first);
    const { log, sends } = await recordOf(input);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one']);
    expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 1 });
    expect(await mailsOf(input)).toBe(1);
  });

  describe('the email of a task', () => {
    /** Enrolls somebody, makes the task of a manual email, and sends that off by the API. */
    async function sentOff(): Promise<{ step: RunStepInput; attempt: TaskEmailAttemptInput }> {
      const step = await enroll(manualStep('write', 0), emailStep('after', 2));
      await run(createTaskTwice, step);
      const [task] = (await recordOf(step)).tasks;
      const taskId = task?.id ?? '';
      const path = `/v1/tasks/${taskId}/send`;
      expect((await stack.api.request('POST', path, {}, user.id)).status).toBe(202);
      const { accountId, enrollmentId } = step;
      // Nobody takes what its run would be told here, and one that is gone need not be waited for.
      await client.workflow.getHandle(`enrollment/${enrollmentId}`).terminate();
      const at = new Date().toISOString();
      return { step, attempt: { accountId, enrollmentId, taskId, number: 1, at } };
    }
    const sentOnce = ['enrolled', 'task_created write', 'email_sent write', 'task_completed write'];

    it.each([
      ['twice', sendTaskEmailTwice],
      ['twice at once', sendTaskEmailTwiceAtOnce],
    ])('goes out once, %s', async (_, workflow) => {
      const { step, attempt } = await sentOff();
      const [first, second] = await run(workflow, attempt);
      expect(first).toEqual({ state: 'sent', nextAt: null });
      expect(second).toEqual(first);
      const { log, sends, row } = await recordOf(step);
      expect(lines(log)).toEqual(sentOnce);
      expect(row).toMatchObject({ state: 'active', stepId: 'after' });
      expect(sends.get('write')).toMatchObject({ state: 'sent', attempts: 1 });
      expect(await mailsOf(step)).toBe(1);
    });

    it('is not sent again when an attempt died in its body: nobody knows of it', async () => {
      const { step, attempt } = await sentOff();
      await diesIn(step, 'in_data', 0);
      const content = { content: null };
      await stack.db.update(taskEmails).set(content).where(eq(taskEmails.taskId, attempt.taskId));
      const [first, second] = await run(sendTaskEmailTwice, attempt);
      expect(first).toEqual({ state: 'unknown', nextAt: null });
      expect(second).toEqual(first);
      const { log, row, sends } = await recordOf(step);
      expect(lines(log)).toEqual(['enrolled', 'task_created write', 'email_uncertain write']);
      expect([row.state, sends.get('write')?.state]).toEqual(['waiting_task', 'unknown']);
      expect(await mailsOf(step)).toBe(0);
    });

    it('is told to Temporal by the sweeper, which does no harm twice', async () => {
      const { attempt } = await sentOff();
      const { accountId, taskId } = attempt;
      const word = { kind: 'task_email', accountId, id: taskId, message: null } as const;
      await stack.db.transaction((tx) => leaveWord(tx, [word]));
      await stack.db.update(outbox).set(due);
      const [first, second] = await run(sweepTwice);
      expect([first.failed, second.failed, second.delivered]).toEqual([0, 0, 0]);
      expect(await stack.db.$count(outbox, eq(outbox.targetId, taskId))).toBe(0);
    });

    it('is withdrawn once, and not sent then', async () => {
      const { step, attempt } = await sentOff();
      const [first, second] = await run(withdrawTaskEmailTwice, attempt);
      expect([first, second]).toEqual([1, 2].map(() => ({ state: 'withdrawn', nextAt: null })));
      expect(await run(sendTaskEmailTwice, attempt)).toEqual([first, second]);
      expect(lines((await recordOf(step)).log)).toEqual(['enrolled', 'task_created write']);
    });
  });

  it('two attempts at once send one mail: the second waits for the first', async () => {
    answerDelayMs = 300;
    const input = await enroll(emailStep('one', 0), emailStep('two', 2));
    const [first, second] = await run(sendTwiceAtOnce, input);
    answerDelayMs = 0;
    expect(second).toEqual(first);
    expect(await mailsOf(input)).toBe(1);
    const { log, sends } = await recordOf(input);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one']);
    expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it('makes one task, writes one entry, and answers the same', async () => {
    const waiting = await enroll(callStep('call', 0), emailStep('after', 2));
    const [first, second] = await run(createTaskTwice, waiting);
    expect(first).toMatchObject({ state: 'waiting_task', nextAt: null, step: { id: 'call' } });
    expect(second).toEqual(first);
    expect((await recordOf(waiting)).tasks).toHaveLength(1);
    expect(lines((await recordOf(waiting)).log)).toEqual(['enrolled', 'task_created call']);

    const passing = await enroll(callStep('call', 0, false), emailStep('after', 2));
    const [third, fourth] = await run(createTaskTwice, passing);
    expect(third).toMatchObject({ state: 'active', step: { id: 'after' } });
    expect(fourth).toEqual(third);
    expect((await recordOf(passing)).tasks).toHaveLength(1);
    expect(lines((await recordOf(passing)).log)).toEqual(['enrolled', 'task_created call']);
  });

  it('SET-13: makes one task of a first step whose time was chosen, once that has come', async () => {
    const firstStepAt = new Date(Date.now() + 3_600_000).toISOString();
    const body = { name: 'Later', steps: [callStep('call', 0)], settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact, firstStepAt });
    const input = { accountId: stack.accountId, enrollmentId: id, stepId: 'call' };
    const [early] = await run(createTaskTwice, { ...input, at: new Date().toISOString() });
    expect(early).toMatchObject({ state: 'scheduled', nextAt: firstStepAt });
    const [first, second] = await run(createTaskTwice, { ...input, at: firstStepAt });
    expect(first).toMatchObject({ state: 'waiting_task', reason: null });
    expect(second).toEqual(first);
    expect((await readRecord(stack.db, id)).tasks).toHaveLength(1);
  });

  it('SEQ-07, TSK-07, TSK-10: makes a general task, and puts values into title and notes once, and escapes them in the notes', async () => {
    const { id } = await stack.api.enroll(user.id, {
      sequenceId: await stack.api.sequence(user.id, {
        ...{ name: 'Notes', settings: anyTime },
        steps: [
          {
            ...{ kind: 'general', title: 'Look {{contact.firstName}} up' },
            notes:
              '<p class="x">{{contact.firstName}}: <a href="https://example.com/?q={{contact.firstName}}">here</a></p>',
          },
        ],
      }),
      contact: { id: await stack.api.contact({ firstName: '<i>Tom</i> & Co' }) },
    });
    const input = { accountId: stack.accountId, enrollmentId: id, stepId: 'step-1' };
    await run(createTaskTwice, { ...input, at: new Date().toISOString() });
    const { tasks } = await readRecord(stack.db, id);
    expect(tasks).toMatchObject([
      {
        kind: 'general',
        title: 'Look <i>Tom</i> & Co up',
        notes:
          '<p>&lt;i&gt;Tom&lt;/i&gt; &amp; Co: <a href="https://example.com/?q=%3Ci%3ETom%3C/i%3E%20%26%20Co">here</a></p>',
      },
    ]);
  });

  it.each<[MessageType, string, object]>([
    ['pause', 'paused one', { state: 'paused', reason: 'manual' }],
    ['unenroll', 'unenrolled one', { state: 'unenrolled', reason: 'manual' }],
    ['reply', 'unenrolled one', { state: 'unenrolled', reason: 'replied' }],
    ['meeting', 'unenrolled one', { state: 'unenrolled', reason: 'meeting_logged' }],
    ['skipStep', 'step_skipped one', { state: 'active', step: { id: 'two' } }],
  ])('%s takes effect once by its id, and answers the same', async (type, line, status) => {
    const { accountId, enrollmentId, at, ...input } = await enroll(
      emailStep('one', 0),
      emailStep('two', 2),
      emailStep('three', 2),
    );
    const message = { type, messageId: randomUUID() };
    const [first, second] = await run(applyTwice, { accountId, enrollmentId, at, message });
    expect(first).toMatchObject(status);
    expect(second).toEqual(first);
    const { log } = await recordOf({ accountId, enrollmentId, at, ...input });
    expect(lines(log)).toEqual(['enrolled', line]);
  });

  it('completeTask takes effect once by its id, and answers the same', async () => {
    const input = await enroll(callStep('call', 0), emailStep('after', 2));
    await run(createTaskTwice, input);
    const { accountId, enrollmentId, at } = input;
    const message = { type: 'completeTask', messageId: randomUUID() } as const;
    const [first, second] = await run(applyTwice, { accountId, enrollmentId, at, message });
    expect(first).toMatchObject({ state: 'active', step: { id: 'after' } });
    expect(second).toEqual(first);
    const { log, tasks } = await recordOf(input);
    expect(lines(log)).toEqual(['enrolled', 'task_created call', 'task_completed call']);
    expect(tasks).toMatchObject([{ state: 'completed', closedAt: log.at(-1)?.at }]);
  });

  it('a refused message changes nothing, however often it comes', async () => {
    const { accountId, enrollmentId, at, stepId } = await enroll(emailStep('one', 0));
    const message = { type: 'resume', messageId: randomUUID() } as const;
    const [first, second] = await run(applyTwice, { accountId, enrollmentId, at, message });
    expect(first).toMatchObject({ state: 'active', step: { id: stepId } });
    expect(second).toEqual(first);
    expect(lines((await readRecord(stack.db, enrollmentId)).log)).toEqual(['enrolled']);
  });

  it('a sweep delivers what is overdue, once', async () => {
    const { accountId, enrollmentId } = await enroll(emailStep('one', 0));
    const word = { kind: 'enrollment', accountId, id: enrollmentId, message: null } as const;
    await stack.db.transaction((tx) => leaveWord(tx, [word]));
    await stack.db.update(outbox).set(due);
    const [first, second] = await run(sweepTwice);
    // The schedule sweeps too; whoever came first, afterwards nothing is left.
    expect(first.failed + second.failed).toBe(0);
    expect(second.delivered).toBe(0);
    expect(await stack.db.select().from(outbox)).toEqual([]);
  });

  it('a sweep goes on while there is more than one page of it', async () => {
    const { enrollmentId } = await enroll(emailStep('one', 0));
    // To those that have ended there is nothing to say, so only the outbox has work.
    await stack.api.request('POST', `/v1/enrollments/${enrollmentId}/unenroll`, {}, user.id);
    await cloneEnrollment(stack.db, enrollmentId, 700);
    await stack.db.execute(sql`
      insert into ${outbox} (account_id, target_id, target_kind, message, next_try_at)
      select account_id, id, 'enrollment', '{"type": "versionChanged", "messageId": "m"}',
        clock_timestamp() - interval '1 minute'
      from ${enrollments} where sequence_id = (
        select sequence_id from ${enrollments} where id = ${enrollmentId})`);
    const [first, second] = await run(sweepTwice);
    expect(first.delivered).toBeGreaterThan(500);
    expect(first.failed + second.failed).toBe(0);
    expect(await stack.db.$count(outbox)).toBe(0);
  });

  it('an attempt that died in the body leaves a send that nobody knows of, and the enrollment pauses', async () => {
    const input = await enroll(emailStep('one', 0), emailStep('two', 2));
    await diesIn(input, 'in_data', 0);
    const before = stack.catcher.messages().length;
    const [first, second] = await run(sendTwice, input);
    expect(first).toMatchObject({ state: 'paused', reason: 'send_uncertain', step: { id: 'one' } });
    expect(second).toEqual(first);
    const { log, sends } = await recordOf(input);
    expect(lines(log)).toEqual(['enrolled', 'paused one']);
    expect(sends.get('one')?.state).toBe('unknown');
    expect(stack.catcher.messages()).toHaveLength(before);
  });

  it('an attempt whose lease still holds is waited for, and judged when it has run out', async () => {
    const input = await enroll(emailStep('one', 0), emailStep('two', 2));
    await diesIn(input, 'in_data', 2_000);
    const begun = performance.now();
    const [first] = await run(sendTwice, input);
    expect(performance.now() - begun).toBeGreaterThan(1_500);
    expect(first).toMatchObject({ state: 'paused', reason: 'send_uncertain' });
  });

  it('an attempt that died before the body is taken over when its lease has run out', async () => {
    const input = await enroll(emailStep('one', 0), emailStep('two', 2));
    await diesIn(input, 'connecting', 1_000);
    const [first, second] = await run(sendTwice, input);
    expect(first).toMatchObject({ state: 'active', step: { id: 'two' } });
    expect(second).toEqual(first);
    expect((await recordOf(input)).sends.get('one')).toMatchObject({ state: 'sent', attempts: 2 });
    expect(await mailsOf(input)).toBe(1);
  });
});
