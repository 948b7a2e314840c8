import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

type Tell = (handle: WorkflowHandle) => Promise<unknown>;

const said: Readonly<Record<string, readonly Tell[]>> = {
  skipStep: [(handle) => handle.executeUpdate('skipStep', { args: [{}] })],
  'skipStep, with an id of the caller': [
    (handle) => handle.executeUpdate('skipStep', { args: [{}], updateId: 'the one' }),
  ],
  'completeTask and skipStep': [
    (handle) => handle.executeUpdate('completeTask', { args: [{}] }),
    (handle) => handle.executeUpdate('skipStep', { args: [{}] }),
  ],
  'pause and resume': [
    (handle) => handle.executeUpdate('pause', { args: [{}] }),
    (handle) => handle.executeUpdate('resume', { args: [{}] }),
  ],
  'outOfOffice, resume, outOfOffice and resume': [
    (handle) => handle.signal('outOfOffice', {}),
    (handle) => handle.executeUpdate('resume', { args: [{}] }),
    (handle) => handle.signal('outOfOffice', {}),
    (handle) => handle.executeUpdate('resume', { args: [{}] }),
  ],
};

describe('a run that is reset', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  /** A call that is waited for. */
  async function enroll(): Promise<{ id: string; handle: WorkflowHandle }> {
    const later = [1, 2, 3, 4].map((number) => emailStep(`mail-${number}`, 2));
    const steps = [callStep('call', 0), ...later];
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Long',
      steps,
      settings: anyTime,
    });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await stack.catchUp(id);
    const handle = client.workflow.getHandle(`enrollment/${id}`);
    await eventually(
      () => handle.query(stateQuery),
      ({ state }) => state === 'waiting_task',
    );
    return { id, handle };
  }

  /** Takes the run back to the end of its first workflow task, as "Reset" of the Temporal UI does. */
  async function reset(handle: WorkflowHandle): Promise<void> {
    const { events } = await handle.fetchHistory();
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
    await client.workflowService.resetWorkflowExecution({
      namespace: stack.namespace,
      workflowExecution: { workflowId: handle.workflowId },
      reason: 'a test',
      workflowTaskFinishEventId: first ?? null,
      requestId: randomUUID(),
    });
  }

  /** Waits until the run has taken all that it was told. */
  const isIdle = (handle: WorkflowHandle) =>
    eventually(
      () => handle.describe(),
      ({ raw }) => (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask,
    );

  it.each(Object.entries(said))('does nothing twice: %s', async (_name, tells) => {
    const { id, handle } = await enroll();
    for (const tell of tells) {
      const { row } = await readRecord(stack.db, id);
      await tell(handle);
      await eventually(
        () => readRecord(stack.db, id),
        (after) => after.row.eventCount > row.eventCount,
      );
      const { state } = (await readRecord(stack.db, id)).row;
      await eventually(
        () => handle.query(stateQuery),
        (status) => status.state === state,
      );
    }
    const before = await readRecord(stack.db, id);
    for (let round = 0; round < 2; round += 1) {
      await reset(handle);
      await handle.signal('versionChanged', {});
      await isIdle(handle);
      const after = await readRecord(stack.db, id);
      expect(lines(after.log)).toEqual(lines(before.log));
      expect(after.row).toEqual(before.row);
      const status = await handle.query(stateQuery);
      expect(status).toMatchObject({ state: before.row.state, step: { id: before.row.stepId } });
    }
    if (before.row.state === 'waiting_task') await handle.executeUpdate('skipStep');
    await stack.forward([id], 24 * 20);
    await eventually(
      () => readRecord(stack.db, id),
      ({ row }) => row.state === 'finished',
    );
  });
});
