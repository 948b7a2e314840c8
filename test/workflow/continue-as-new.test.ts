import { Client, WorkflowUpdateStage } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pauseUpdate, resumeUpdate, stateQuery } from '../../src/contract/messages.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { eventually } from '../support/eventually.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

describe('an enrollment that is spoken to hundreds of times', () => {
  let stack: Stack;
  let user: SeededUser;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
  });
  afterAll(() => stack.close());

  it('goes on in a fresh history, loses no message and sends each step once', async () => {
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Two mails',
      steps: [emailStep('one', 0), emailStep('two', 3)],
      settings: anyTime,
    });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === 'two',
    );
    const client = new Client({ connection: stack.connection, namespace: stack.namespace });
    const handle = client.workflow.getHandle(`enrollment/${id}`);
    const { runId } = await handle.describe();
    const updates = [pauseUpdate, resumeUpdate];
    let said = 0;
    while ((await handle.describe()).runId === runId && said < 2_000) {
      // Ten at once and none waited for, so that some are still unseen when the history ends.
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          handle.startUpdate(updates[index % 2] ?? pauseUpdate, {
            args: [{ messageId: `m${said + index}` }],
            waitForStage: WorkflowUpdateStage.ACCEPTED,
          }),
        ),
      );
      said += 10;
    }
    expect((await handle.describe()).runId).not.toBe(runId);
    await handle.executeUpdate(resumeUpdate, { args: [{ messageId: 'the last word' }] });
    await eventually(
      async () => (await stack.api.enrollment(id)).state + (await handle.query(stateQuery)).state,
      (states) => states === 'activeactive',
    );
    // What it did not show before it went on, it shows afterwards.
    const { typedSearchAttributes } = await eventually(
      () => handle.describe(),
      ({ typedSearchAttributes: shown }) => shown.get(searchAttributes.waitingFor) === 'time',
    );
    expect(typedSearchAttributes.get(searchAttributes.enrollmentState)).toBe('active');
    const { currentDetails } = await handle.query<{ currentDetails: string }>(
      '__temporal_workflow_metadata',
    );
    expect(currentDetails).toContain('**Two mails: 2 steps**');
    expect(currentDetails).toContain('Sequence **Two mails**, version 1, in UTC.');
    expect(currentDetails).toContain(`- Contact \`${contact.id}\`, sender \`${user.id}\``);
    expect(currentDetails).toMatch(/^\| 1\s+\| automated email\s+\| at once\s+\| done \d/mu);
    await stack.forward([id], 80);
    await eventually(
      () => stack.api.enrollment(id),
      ({ state }) => state === 'finished',
    );
    expect(stack.catcher.messages()).toHaveLength(2);
    const entries = await stack.api.timeline(id);
    const pauses = entries.filter(({ type }) => type === 'paused').length;
    expect(entries.filter(({ type }) => type === 'resumed')).toHaveLength(pauses);
  }, 120_000);
});
