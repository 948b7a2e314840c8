import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { fastForward } from '../../src/local/time-skipping.js';
import { eventually } from '../support/eventually.js';
import { writeHistory } from '../support/replay.js';
import { anyTime, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

/** Sends emails of tasks that end in every way and writes their histories, to be replayed by every later release. */
describe('capturing histories of emails of tasks', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  /** The addresses that the mail server refuses for now. */
  const refused = new Set<string>();
  beforeAll(async () => {
    stack = await startStack({
      mail: {
        respond: (stage, { envelope }) =>
          stage === 'rcpt' && refused.has(envelope.to[0] ?? '')
            ? { code: 451, text: '4.7.1 greylisted' }
            : undefined,
      },
    });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  async function sent(isRefused: boolean): Promise<{ email: string; run: WorkflowHandle }> {
    const email = `${randomUUID()}@contact.example`;
    if (isRefused) refused.add(email);
    const body = { name: 'By hand', steps: [manualStep('one', 0)], settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contact = { id: await stack.api.contact({ email }) };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    const tasks = () => stack.api.tasks(`enrollmentId=${id}`);
    const [task] = await eventually(tasks, (all) => all.length === 1);
    await stack.api.request('POST', `/v1/tasks/${task?.id ?? ''}/send`, {}, user.id);
    const wanted = isRefused ? 'deferred' : 'sent';
    await eventually(tasks, (all) => all[0]?.email?.state === wanted);
    return { email, run: client.workflow.getHandle(`task-email/${task?.id ?? ''}/1`) };
  }

  async function write(name: string, run: WorkflowHandle): Promise<void> {
    await run.result().catch(() => undefined);
    await writeHistory(name, run);
  }

  it('sent at once', async () => {
    await write('task-email-sent', (await sent(false)).run);
  });

  it('sent when it is tried again', async () => {
    const { email, run } = await sent(true);
    refused.delete(email);
    const { connection, namespace } = stack;
    await fastForward({ connection, namespace, workflowId: run.workflowId, seconds: 301 });
    await write('task-email-deferred', run);
  });

  it('cancelled from the Temporal UI while it waits', async () => {
    const { run } = await sent(true);
    await run.cancel();
    await write('task-email-cancelled', run);
  });
});
