import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

describe('a change of a sequence that contacts are enrolled in', () => {
  let stack: Stack;
  let user: SeededUser;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
  });
  afterAll(() => stack.close());

  async function enrollThree(): Promise<{ sequenceId: string; ids: readonly string[] }> {
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Two mails',
      steps: [emailStep('one', 0), emailStep('two', 1)],
      settings: anyTime,
    });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const contact = { id: await stack.api.contact() };
      ids.push((await stack.api.enroll(user.id, { sequenceId, contact })).id);
    }
    for (const id of ids) await stepIs(id, 'two');
    return { sequenceId, ids };
  }
  const stepIs = (id: string, stepId: string) =>
    eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === stepId,
    );
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

  it('onActive=unenroll: the workflows end, and nothing more is sent', async () => {
    const { sequenceId, ids } = await enrollThree();
    const path = `/v1/sequences/${sequenceId}?onActive=unenroll`;
    expect((await stack.api.request('DELETE', path, undefined, user.id)).status).toBe(200);
    for (const id of ids) {
      await isClosed(id);
      const { state, reason } = await stack.api.enrollment(id);
      expect([state, reason]).toEqual(['unenrolled', 'sequence_deleted']);
      expect(await typesOf(id)).toEqual(['enrolled', 'email_sent one', 'unenrolled two']);
    }
  });

  it('SET-22: an edit and a deletion with onActive=finish leave what runs as it began', async () => {
    const { sequenceId, ids } = await enrollThree();
    const path = `/v1/sequences/${sequenceId}`;
    const edit = { name: 'Another', steps: [{ id: 'other', kind: 'call', title: 'Call' }] };
    expect((await stack.api.request('PUT', path, edit, user.id)).status).toBe(200);
    const deleted = await stack.api.request('DELETE', `${path}?onActive=finish`, {}, user.id);
    expect(deleted.status).toBe(200);
    await stack.forward(ids, 25);
    for (const id of ids) {
      await isClosed(id);
      expect(await typesOf(id)).toEqual([
        'enrolled',
        'email_sent one',
        'email_sent two',
        'finished',
      ]);
    }
  });
});
