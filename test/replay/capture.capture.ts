import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { writeHistory } from '../support/replay.js';
import { anyTime, callStep, emailStep, fiveSteps } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const day = 24;
const twoMails = {
  name: 'Two mails',
  steps: [emailStep('one', 0), emailStep('two', 3)],
  settings: anyTime,
};
const callThenMail = {
  name: 'Call, then mail',
  steps: [callStep('call', 0), emailStep('after', 2)],
  settings: anyTime,
};

/** Plays runs of every shape and writes their histories, to be replayed by every later release. */
describe('capturing histories', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  const replies = new Map<string, { code: number; text: string }[]>();

  beforeAll(async () => {
    stack = await startStack({
      mail: {
        respond: (stage, { envelope }) =>
          stage === 'rcpt' ? replies.get(envelope.to.at(-1) ?? '')?.shift() : undefined,
      },
    });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  const handleOf = (id: string) => client.workflow.getHandle(`enrollment/${id}`);
  const stepIs = (id: string, stepId: string | null) =>
    eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => (currentStep?.id ?? null) === stepId,
    );
  const stateIs = (id: string, wanted: string) =>
    eventually(
      () => stack.api.enrollment(id),
      ({ state }) => state === wanted,
    );
  const act = (path: string, body: object = {}) => stack.api.request('POST', path, body, user.id);

  async function enroll(sequence: object, email?: string): Promise<string> {
    const sequenceId = await stack.api.sequence(user.id, sequence);
    const contactId = await stack.api.contact(email === undefined ? {} : { email });
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    await stack.catchUp(id);
    return id;
  }

  async function completeTask(id: string): Promise<void> {
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}&state=open`),
      (tasks) => tasks.length > 0,
    );
    await act(`/v1/tasks/${task?.id ?? ''}/complete`);
  }

  async function write(name: string, id: string): Promise<void> {
    await handleOf(id)
      .result()
      .catch(() => undefined);
    await writeHistory(name, handleOf(id));
  }

  it('finished', async () => {
    const id = await enroll({ ...fiveSteps, settings: anyTime });
    await stepIs(id, 'follow-up');
    await stack.forward([id], 2 * day + 1);
    await stepIs(id, 'call');
    await stack.forward([id], day + 1);
    await completeTask(id);
    await stepIs(id, 'connect');
    await stack.forward([id], day + 1);
    await stepIs(id, 'closing');
    await stack.forward([id], 3 * day + 1);
    await write('finished', id);
  });

  it('replied, met and unenrolled while waiting', async () => {
    const replied = await enroll(twoMails);
    await stepIs(replied, 'two');
    await stack.api.reply(replied);
    await write('replied', replied);

    const met = await enroll(twoMails);
    await stepIs(met, 'two');
    await act('/v1/events', { id: met, type: 'meeting', enrollmentId: met, via: 'link' });
    await write('meeting', met);

    const unenrolled = await enroll(twoMails);
    await stepIs(unenrolled, 'two');
    await act(`/v1/enrollments/${unenrolled}/unenroll`);
    await write('unenrolled', unenrolled);
  });

  it('paused and resumed, skipped, late task', async () => {
    const paused = await enroll(twoMails);
    await stepIs(paused, 'two');
    await stack.forward([paused], 2 * day);
    await act(`/v1/enrollments/${paused}/pause`);
    await stack.forward([paused], 30 * day);
    await act(`/v1/enrollments/${paused}/resume`);
    await stack.forward([paused], day + 1);
    await write('paused-and-resumed', paused);

    const skipped = await enroll(callThenMail);
    await stateIs(skipped, 'waiting_task');
    await act(`/v1/enrollments/${skipped}/skip-step`);
    await stack.forward([skipped], 2 * day + 1);
    await write('skipped-awaited-task', skipped);

    const late = await enroll(callThenMail);
    await stateIs(late, 'waiting_task');
    await stack.forward([late], 5 * day);
    await completeTask(late);
    await stack.forward([late], 2 * day + 1);
    await write('late-task', late);
  });

  it('paused until a time, and out of office', async () => {
    const later = (days: number) =>
      new Date(Date.parse(stack.now()) + days * 86_400_000).toISOString();
    const until = await enroll(twoMails);
    await stepIs(until, 'two');
    await act(`/v1/enrollments/${until}/pause`, { until: later(10) });
    await eventually(
      () => handleOf(until).query(stateQuery),
      ({ state }) => state === 'paused',
    );
    await stack.forward([until], 10 * day + 1);
    await stack.forward([until], 3 * day + 1);
    await write('paused-until', until);

    const away = await enroll(twoMails);
    await stepIs(away, 'two');
    const event = { type: 'out_of_office', enrollmentId: away };
    await act('/v1/events', { id: away, ...event, returnAt: later(5) });
    await eventually(
      () => handleOf(away).query(stateQuery),
      ({ reason }) => reason === 'out_of_office',
    );
    const back = later(8);
    await act('/v1/events', { id: `${away}-2`, ...event, returnAt: back });
    await eventually(
      () => handleOf(away).query(stateQuery),
      ({ pausedUntil }) => pausedUntil === back,
    );
    await stack.forward([away], 8 * day + 1);
    await stack.forward([away], 3 * day + 1);
    await write('out-of-office', away);
  });

  it('refused for now, and for good', async () => {
    const soft = 'soft@contact.example';
    replies.set(soft, [{ code: 451, text: '4.2.0 later' }]);
    const deferred = await enroll(twoMails, soft);
    await eventually(
      () => stack.api.timeline(deferred),
      (entries) => entries.some(({ type }) => type === 'email_deferred'),
    );
    await stack.forward([deferred], 1);
    await stepIs(deferred, 'two');
    await stack.forward([deferred], 3 * day + 1);
    await write('deferred', deferred);

    const hard = 'hard@contact.example';
    replies.set(hard, [{ code: 550, text: '5.1.1 no such user' }]);
    const bounced = await enroll(twoMails, hard);
    await write('bounced', bounced);
  });

  it('told everything from the Temporal UI', async () => {
    const id = await enroll(twoMails);
    await stepIs(id, 'two');
    const handle = handleOf(id);
    await handle.executeUpdate('pause', { args: [{}] });
    await stateIs(id, 'paused');
    await handle.executeUpdate('resume', { args: [{}] });
    await stateIs(id, 'active');
    await handle.signal('reply', {});
    await write('told-from-the-ui', id);

    const cancelled = await enroll(twoMails);
    await stepIs(cancelled, 'two');
    await handleOf(cancelled).cancel();
    await write('cancelled', cancelled);
  });

  it('moved to another version while waiting', async () => {
    const sequenceId = await stack.api.sequence(user.id, twoMails);
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await stack.catchUp(id);
    await stepIs(id, 'two');
    const steps = [emailStep('one', 0), emailStep('new', 2), callStep('call', 1, false)];
    const path = `/v1/sequences/${sequenceId}?applyTo=active`;
    await stack.api.request('PUT', path, { ...twoMails, steps }, user.id);
    await stepIs(id, 'new');
    await eventually(
      () => handleOf(id).query(stateQuery),
      ({ step }) => step?.id === 'new',
    );
    await stack.forward([id], 4 * day);
    await write('moved', id);
  });

  it('continued in a fresh history', async () => {
    const id = await enroll(twoMails);
    await stepIs(id, 'two');
    const handle = handleOf(id);
    const { runId } = await handle.describe();
    for (let round = 0; round < 400; round += 1) {
      await handle.executeUpdate('pause', { args: [{}] });
      await handle.executeUpdate('resume', { args: [{}] });
      if ((await handle.describe()).runId !== runId) break;
    }
    await stack.api.reply(id);
    await write('continued', id);
  }, 300_000);
});
