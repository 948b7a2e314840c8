import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { anyTime, callStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

let stack: Stack;
let user: SeededUser;
beforeAll(async () => {
  stack = await startStack();
  user = await stack.api.user(stack.catcher.port);
});
afterAll(() => stack.close());

it('TSK-07 TSK-08 TSK-09 TSK-10: a task has what its step says, and no queue when that was deleted', async () => {
  const queue = await stack.api.request('POST', '/v1/task-queues', { name: 'Calls' });
  const queueId = String(queue.body['id']);
  const fields = { priority: 'high', notes: 'Ask {{contact.firstName|them}} back', queueId };
  const sequenceId = await stack.api.sequence(user.id, {
    name: 'Two calls',
    steps: [
      { ...callStep('first', 0), ...fields },
      { ...callStep('second', 1), ...fields },
    ],
    settings: anyTime,
  });
  const contactId = await stack.api.contact();
  const { id } = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
  await stack.catchUp(id);
  const taskOf = (stepId: string) =>
    eventually(
      async () =>
        (await stack.api.tasks(`enrollmentId=${id}`)).find((task) => task.stepId === stepId),
      (task) => task !== undefined,
    );
  const first = await taskOf('first');
  expect(first).toMatchObject({
    title: 'Call Ada',
    notes: 'Ask Ada back',
    priority: 'high',
    queueId,
  });
  expect(await stack.api.tasks(`queueId=${queueId}&priority=high&state=open`)).toEqual([first]);
  await stack.api.request('DELETE', `/v1/task-queues/${queueId}`);
  await stack.api.request('POST', `/v1/tasks/${first?.id ?? ''}/complete`, {}, user.id);
  await eventually(
    () => stack.api.enrollment(id),
    ({ currentStep, state }) => currentStep?.id === 'second' && state === 'active',
  );
  await stack.forward([id], 25);
  expect(await taskOf('second')).toMatchObject({ priority: 'high', queueId: null });
});
