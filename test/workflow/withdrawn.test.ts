import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

describe('an enrollment that something is taken away from', () => {
  let stack: Stack;
  let owner: SeededUser;
  let sender: SeededUser;
  let sequenceId: string;
  beforeAll(async () => {
    stack = await startStack();
    owner = await stack.api.user(stack.catcher.port);
    sender = await stack.api.user(stack.catcher.port);
    sequenceId = await stack.api.sequence(owner.id, {
      name: 'Mail, call, mail',
      steps: [emailStep('one', 0), callStep('call', 0), emailStep('two', 0)],
      settings: anyTime,
      sharing: { users: [{ id: sender.id }] },
    });
  });
  afterAll(() => stack.close());

  /** Enrolls a contact and waits until the first mail is out and the call's task is there. */
  async function enrolled(): Promise<{ id: string; contactId: string; taskId: string }> {
    const contactId = await stack.api.contact();
    const body = { sequenceId, contact: { id: contactId }, sender: { id: sender.id } };
    const { id } = await stack.api.enroll(owner.id, body);
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}`),
      (tasks) => tasks.length === 1,
    );
    return { id, contactId, taskId: task?.id ?? '' };
  }
  const isClosed = (id: string) =>
    eventually(
      () =>
        new Client({ connection: stack.connection, namespace: stack.namespace }).workflow
          .getHandle(`enrollment/${id}`)
          .describe(),
      ({ status }) => status.name === 'COMPLETED',
    );
  const typesOf = async (id: string) =>
    (await stack.api.timeline(id)).map(({ type, stepId }) => `${type} ${stepId ?? ''}`.trim());

  it('its contact: the workflow ends, the task is cancelled, nothing more is sent', async () => {
    const { id, contactId, taskId } = await enrolled();
    const deleted = await stack.api.request('DELETE', `/v1/contacts/${contactId}`);
    expect(deleted).toMatchObject({ status: 200, body: { unenrolled: [id] } });
    await isClosed(id);
    const { state, reason } = await stack.api.enrollment(id);
    expect([state, reason]).toEqual(['unenrolled', 'contact_deleted']);
    const late = await stack.api.request('POST', `/v1/tasks/${taskId}/complete`, {}, owner.id);
    expect(late.status).toBe(409);
    expect(await typesOf(id)).toEqual([
      'enrolled',
      'email_sent one',
      'task_created call',
      'unenrolled call',
    ]);
  });

  it('ENR-07: the access of its sender: it runs to its end all the same', async () => {
    const { id, taskId } = await enrolled();
    const path = `/v1/sequences/${sequenceId}/sharing`;
    expect((await stack.api.request('PUT', path, {}, owner.id)).status).toBe(200);
    const done = await stack.api.request('POST', `/v1/tasks/${taskId}/complete`, {}, owner.id);
    expect(done.status).toBe(200);
    await isClosed(id);
    expect((await stack.api.enrollment(id)).state).toBe('finished');
    expect(await typesOf(id)).toContain('email_sent two');
  });
});
