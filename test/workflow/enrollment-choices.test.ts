import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipToEnd } from '../../src/local/time-skipping.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecords } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const steps = [
  emailStep('one', 0),
  callStep('two', 1),
  emailStep('three', 1, 'one'),
  callStep('four', 2),
  emailStep('five', 3, 'three'),
];
/** The second comes behind the third now; the delays are others, and so is what the last one says. */
const edited = [
  emailStep('one', 0),
  emailStep('three', 1, 'one'),
  callStep('two', 1),
  { ...callStep('four', 9), title: 'Another title' },
  emailStep('five', 9, 'three'),
];

describe('an enrollment with choices of its own', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();
  const make = async (path: string, body: object): Promise<string> => {
    const answer = await stack.api.request('POST', path, body, user.id);
    return String(answer.body['id']);
  };
  const stepIs = (id: string, stepId: string) =>
    eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === stepId,
    );
  const toEnd = async (id: string): Promise<unknown> => {
    const { connection, namespace } = stack;
    await skipToEnd({ connection, namespace, workflowId: `enrollment/${id}` });
    return client.workflow.getHandle(`enrollment/${id}`).result();
  };

  it('ENR-13 ENR-16 ENR-17 SET-13 SET-14 SET-15 SEQ-17 TSK-13 TSK-14: starts at step 3 of 5, later, and runs just what was chosen, through an edit', async () => {
    const settings = { ...anyTime, sendWindowStartMinute: 1, sendWindowEndMinute: 2 };
    const sequenceId = await stack.api.sequence(user.id, { name: 'Chosen', steps, settings });
    const address = 'second@sender.example';
    const smtp = { host: '127.0.0.1', port: stack.catcher.port, security: 'none' };
    const mailboxId = await make('/v1/mailboxes', { userId: user.id, address, smtp });
    const email = 'grace@contact.example';
    const contact = { id: await stack.api.contact({ email }) };
    const firstStepAt = later(stack.now(), 5 * hourMs);
    const { id } = await stack.api.enroll(user.id, {
      ...{ sequenceId, contact, mailboxId, firstStepAt, startStepId: 'three' },
      settings: anyTime,
      steps: {
        three: {
          delayDays: 7,
          subject: 'My own subject',
          tokenValues: { 'contact.firstName': 'Gracie' },
        },
        four: { delayDays: 4, title: 'Ring about {{contact.plan}}' },
        five: { delayDays: 1, html: '<p>My own words on {{contact.plan}}</p>' },
      },
      tokenValues: { 'contact.plan': 'Gold' },
      continueWithoutCompleting: true,
    });
    const handle = client.workflow.getHandle(`enrollment/${id}`);
    const details = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
    expect(details).toContain('first step later');
    expect(details.match(/before the start/g)).toHaveLength(2);
    expect(stack.catcher.messages()).toEqual([]);

    await stack.forward([id], 6);
    const { nextAction } = await stepIs(id, 'four');
    // A task comes at the start of its day.
    const fourAt = `${later(firstStepAt, 4 * dayMs).slice(0, 10)}T00:00:00.000Z`;
    expect(nextAction?.at).toBe(fourAt);
    const path = `/v1/sequences/${sequenceId}?applyTo=active`;
    const body = { name: 'Chosen', steps: edited, settings };
    const { body: answer } = await stack.api.request('PUT', path, body, user.id);
    expect(answer['movedEnrollments']).toBe(1);
    expect((await stack.api.enrollment(id)).nextAction?.at).toBe(nextAction?.at);

    expect(await toEnd(id)).toEqual({ state: 'finished', reason: 'all_steps' });
    const [record] = await readRecords(stack.db, [id]);
    expect(lines(record?.log ?? [])).toEqual([
      ...['enrolled', 'email_sent three', 'version_changed four', 'task_created four'],
      ...['email_sent five', 'finished'],
    ]);
    const planned = (await stack.api.timeline(id)).map(({ data }) => data['plannedAt']);
    const [, three, , four, five] = planned;
    // Nobody waits for the task, so the email is wanted at the time of day of the first step.
    const fiveAt = `${later(fourAt, dayMs).slice(0, 10)}${firstStepAt.slice(10)}`;
    expect([three, four, five]).toEqual([firstStepAt, fourAt, fiveAt]);

    const mails = stack.catcher.messages().filter(({ to }) => JSON.stringify(to).includes(email));
    // The email that the third answers was never sent, so it opens the thread, which the fifth goes on with.
    expect(mails.map(({ subject }) => subject)).toEqual(['My own subject', 'Re: My own subject']);
    expect(mails.map(({ from }) => JSON.stringify(from).includes(address))).toEqual([true, true]);
    expect(mails[0]?.html).toContain('Hello Gracie, this is three.');
    expect(mails[1]?.html).toContain('My own words on Gold');
    const tasks = await stack.api.tasks(`enrollmentId=${id}`);
    expect(tasks).toMatchObject([
      { stepId: 'four', title: 'Ring about Gold', waitsForCompletion: false, state: 'open' },
    ]);
    const shown = await stack.api.request('GET', `/v1/enrollments/${id}`);
    expect(shown.body['steps']).toMatchObject([
      { id: 'one', progress: 'before_start' },
      { id: 'three', position: 2, progress: 'done' },
      { id: 'two', progress: 'before_start' },
      { id: 'four', delayDays: 4, progress: 'done' },
      { id: 'five', delayDays: 1, progress: 'done' },
    ]);
  });

  it('SET-13 TSK-11: a task that is to be the first step later is created then, and waited for', async () => {
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Later',
      steps,
      settings: anyTime,
    });
    const contact = { id: await stack.api.contact() };
    const firstStepAt = later(stack.now(), 30 * hourMs);
    const body = { sequenceId, contact, firstStepAt, startStepId: 'two' };
    const { id } = await stack.api.enroll(user.id, body);
    await stack.catchUp(id);
    await stack.forward([id], 31);
    const { state } = await eventually(
      () => stack.api.enrollment(id),
      (enrollment) => enrollment.state === 'waiting_task',
    );
    expect(state).toBe('waiting_task');
    const [task] = await stack.api.tasks(`enrollmentId=${id}`);
    expect(task).toMatchObject({ stepId: 'two', title: 'Call Ada' });
    const created = (await stack.api.timeline(id)).find(({ type }) => type === 'task_created');
    expect(created?.data['plannedAt']).toBe(firstStepAt);
    expect(Date.parse(task?.createdAt ?? '') - Date.parse(firstStepAt)).toBeLessThan(60_000);
    const done = await stack.api.request(
      'POST',
      `/v1/tasks/${task?.id ?? ''}/complete`,
      {},
      user.id,
    );
    expect(done.status).toBe(200);
    expect((await stepIs(id, 'three')).state).toBe('active');
  });
});
