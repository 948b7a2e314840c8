import { Client, type WorkflowHandle } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnrollmentStatus } from '../../src/domain/enrollment/status.js';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord, type EnrollmentRecords } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const day = 24;
/** What the forms of the Temporal UI may send: no argument, an empty object, or nothing in JSON. */
const forms: readonly (readonly [name: string, args: unknown[]])[] = [
  ['no argument', []],
  ['{}', [{}]],
  ['null', [null]],
];

describe('an operator who has the Temporal UI alone', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  let slowAnswers = false;

  beforeAll(async () => {
    stack = await startStack({
      worker: { smtpAcceptMs: 1_000 },
      mail: {
        respond: async (stage) => {
          if (stage === 'data' && slowAnswers) await delay(1_500);
          return undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  async function enroll(...steps: object[]): Promise<{ id: string; handle: WorkflowHandle }> {
    const body = { name: 'Steps', steps, settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contactId = await stack.api.contact();
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    await stack.catchUp(id);
    return { id, handle: client.workflow.getHandle(`enrollment/${id}`) };
  }

  /** Two mails, the first of which is out. */
  async function enrollTwoMails() {
    const enrolled = await enroll(emailStep('one', 0), emailStep('two', 2));
    await reaches(enrolled.id, ({ row }) => row.stepId === 'two');
    return enrolled;
  }

  /** A call that is waited for, then a mail. */
  async function enrollCall() {
    const enrolled = await enroll(callStep('call', 0), emailStep('after', 2));
    // Postgres says so first; the run, which an operator looks at, adopts it a moment later.
    await eventually(
      () => enrolled.handle.query(stateQuery),
      ({ state }) => state === 'waiting_task',
    );
    return enrolled;
  }

  const reaches = (id: string, satisfies: (records: EnrollmentRecords) => boolean) =>
    eventually(() => readRecord(stack.db, id), satisfies);

  /** Waits for an entry of the log, which must say that an operator made it through the UI. */
  async function expectLogged(id: string, line: string): Promise<EnrollmentRecords> {
    const records = await reaches(id, ({ log }) => lines(log).includes(line));
    const entry = records.log[lines(records.log).lastIndexOf(line)];
    expect(entry).toMatchObject({ actor: { kind: 'operator' }, cause: { kind: 'temporal_ui' } });
    const shown = await stack.api.timeline(id);
    expect(shown.find(({ number }) => number === entry?.number)).toMatchObject({
      actor: { kind: 'operator' },
      cause: { kind: 'temporal_ui' },
    });
    return records;
  }

  const update = (handle: WorkflowHandle, name: string, args: readonly unknown[] = []) =>
    args.length === 0
      ? handle.executeUpdate<unknown, []>(name)
      : handle.executeUpdate<unknown, [unknown]>(name, { args: [args[0]] });
  /** How long the history is, once nothing is under way any more. */
  const eventCount = async (handle: WorkflowHandle): Promise<number> => {
    await eventually(
      () => handle.describe(),
      ({ raw }) => (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask,
    );
    return (await handle.fetchHistory()).events?.length ?? 0;
  };

  describe.each(forms)('with %s', (_name, args) => {
    it('pauses, so that nothing is sent, and resumes with the rest of the delay', async () => {
      const { id, handle } = await enrollTwoMails();
      expect(await update(handle, 'pause', args)).toMatchObject({
        state: 'paused',
        reason: 'manual',
      });
      const paused = await expectLogged(id, 'paused two');
      expect(paused.row).toMatchObject({ state: 'paused', reason: 'manual', nextAt: null });
      await stack.forward([id], 5 * day);
      expect((await readRecord(stack.db, id)).sends.has('two')).toBe(false);
      expect(await update(handle, 'resume', args)).toMatchObject({ state: 'active' });
      const resumed = await expectLogged(id, 'resumed two');
      expect(resumed.row).toMatchObject({ state: 'active', reason: null });
      await stack.forward([id], 2 * day);
      await reaches(id, ({ row }) => row.state === 'finished');
      expect((await readRecord(stack.db, id)).sends.get('two')?.state).toBe('sent');
    });

    it('unenrolls', async () => {
      const { id, handle } = await enrollTwoMails();
      const outcome = { state: 'unenrolled', reason: 'manual' };
      expect(await update(handle, 'unenroll', args)).toMatchObject(outcome);
      expect(await handle.result()).toEqual(outcome);
      expect((await expectLogged(id, 'unenrolled two')).row).toMatchObject(outcome);
    });

    it('completes the task that is waited for', async () => {
      const { id, handle } = await enrollCall();
      await update(handle, 'completeTask', args);
      const { row, tasks } = await expectLogged(id, 'task_completed call');
      expect(row).toMatchObject({ state: 'active', stepId: 'after' });
      expect(tasks).toMatchObject([{ state: 'completed' }]);
    });

    it('skips the step that is next, and the one whose task is waited for', async () => {
      const first = await enrollCall();
      await expect(update(first.handle, 'skipStep', [{ stepId: 'after' }])).rejects.toMatchObject({
        cause: { message: 'The enrollment cannot do that now: it is at the step "call".' },
      });
      await update(first.handle, 'skipStep', args);
      const skipped = await expectLogged(first.id, 'step_skipped call');
      expect(skipped.tasks).toMatchObject([{ state: 'cancelled' }]);
      expect(skipped.row).toMatchObject({ state: 'active', stepId: 'after' });
      await update(first.handle, 'skipStep', args);
      await expectLogged(first.id, 'step_skipped after');
      expect(await first.handle.result()).toEqual({ state: 'finished', reason: 'all_steps' });
      expect((await readRecord(stack.db, first.id)).sends.size).toBe(0);
    });

    it.each([
      ['reply', 'replied'],
      ['meeting', 'meeting_logged'],
    ])('reports a %s by signal', async (signal, reason) => {
      const { id, handle } = await enrollTwoMails();
      await handle.signal(signal, ...args);
      expect(await handle.result()).toEqual({ state: 'unenrolled', reason });
      const { row } = await expectLogged(id, 'unenrolled two');
      expect(row).toMatchObject({ state: 'unenrolled', reason });
      await expect(handle.signal(signal, ...args)).rejects.toThrow(/already completed|not found/i);
      expect((await readRecord(stack.db, id)).log).toHaveLength(row.eventCount);
    });
  });

  it('cancels the run: the contact is unenrolled', async () => {
    const { id, handle } = await enrollTwoMails();
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    const { row } = await expectLogged(id, 'unenrolled two');
    expect(row).toMatchObject({ state: 'unenrolled', reason: 'manual' });
  });

  it('cancels the run while a task is waited for: the task is cancelled too', async () => {
    const { id, handle } = await enrollCall();
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await expectLogged(id, 'unenrolled call')).tasks).toMatchObject([
      { state: 'cancelled' },
    ]);
  });

  it('cancels the run in the middle of a send: the mail counts, and then the contact is out', async () => {
    slowAnswers = false;
    const began = new Promise<void>((resolve) => {
      const stop = stack.catcher.onMail(() => {
        stop();
        resolve();
      });
    });
    const { id, handle } = await enroll(emailStep('one', 0), emailStep('two', 2));
    await began;
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    const { log, sends } = await readRecord(stack.db, id);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'unenrolled two']);
    expect(sends.get('one')?.state).toBe('sent');
  });

  it('is told what is out of place, and no event is left behind', async () => {
    const { id, handle } = await enrollTwoMails();
    const before = await eventCount(handle);
    await expect(update(handle, 'resume')).rejects.toMatchObject({
      cause: { message: 'The enrollment cannot do that now: it is not paused.' },
    });
    await expect(update(handle, 'completeTask')).rejects.toMatchObject({
      cause: { message: 'The enrollment cannot do that now: it does not wait for a task.' },
    });
    expect(await eventCount(handle)).toBe(before);
    await update(handle, 'pause');
    await expectLogged(id, 'paused two');
    const paused = await eventCount(handle);
    await expect(update(handle, 'pause')).rejects.toMatchObject({
      cause: { message: 'The enrollment cannot do that now: it is paused already.' },
    });
    expect(await eventCount(handle)).toBe(paused);
    expect(lines((await readRecord(stack.db, id)).log)).toEqual([
      'enrolled',
      'email_sent one',
      'paused two',
    ]);
  });

  it('skips a step of a paused enrollment: the answer says that it stays paused, and it does', async () => {
    const { id, handle } = await enroll(
      emailStep('one', 0),
      emailStep('two', 2),
      emailStep('three', 2),
    );
    await reaches(id, ({ row }) => row.stepId === 'two');
    await update(handle, 'pause');
    expect(await update(handle, 'skipStep')).toMatchObject({ state: 'paused', reason: 'manual' });
    const { row } = await expectLogged(id, 'step_skipped two');
    expect(row).toMatchObject({ state: 'paused', reason: 'manual', stepId: 'three' });
    expect(await update(handle, 'resume')).toMatchObject({ state: 'active', reason: null });
    await expectLogged(id, 'resumed three');
  });

  it('cannot resume what nobody knows the fate of, but skip it and go on', async () => {
    slowAnswers = true;
    const { id, handle } = await enroll(emailStep('one', 0), emailStep('two', 2));
    await reaches(id, ({ row }) => row.reason === 'send_uncertain');
    slowAnswers = false;
    await eventually(
      () => handle.query<EnrollmentStatus>('state'),
      ({ reason }) => reason === 'send_uncertain',
    );
    const before = await eventCount(handle);
    await expect(update(handle, 'resume')).rejects.toHaveProperty(
      'cause.message',
      'The enrollment cannot do that now: nobody knows whether its last email arrived; look into the mailbox, then skip the step to go on without sending it again.',
    );
    expect(await eventCount(handle)).toBe(before);
    expect(await update(handle, 'skipStep')).toMatchObject({ state: 'paused', reason: 'manual' });
    await expectLogged(id, 'step_skipped one');
    await update(handle, 'resume');
    expect((await expectLogged(id, 'resumed two')).row).toMatchObject({ stepId: 'two' });
    expect((await readRecord(stack.db, id)).sends.get('one')?.state).toBe('unknown');
  });

  it('asks where the enrollment stands', async () => {
    const { handle } = await enrollTwoMails();
    const status = await eventually(
      () => handle.query<EnrollmentStatus>('state'),
      ({ step }) => step?.id === 'two',
    );
    expect(status).toMatchObject({
      state: 'active',
      reason: null,
      step: { id: 'two', position: 2, kind: 'automated_email' },
    });
    expect(status.summary).toMatch(/^2 days → step 2 of 2, /);
    expect(status.why).toMatch(/^Runs step 2 \(automated email\) on /);
  });
});
