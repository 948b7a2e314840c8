import { newId } from '../../../db/new-id.js';
import { insertTaskQueue } from '../../../db/queries/task-queues.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showTaskQueue, taskQueueInput, taskQueueReply } from '../../shapes/task-queue.js';
import { note } from '../../../usecases/log.js';

export const createTaskQueue = defineEndpoint({
  method: 'POST',
  path: '/v1/task-queues',
  summary: 'Make a task queue',
  description: 'A task step names it by its `queueId`; the tasks that it makes are put into it.',
  tag: 'task-queues',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: taskQueueInput,
  replies: { 201: taskQueueReply },
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    const queue = await insertTaskQueue(tx, {
      ...body,
      accountId,
      id: newId(now),
      createdAt: now,
      updatedAt: now,
    });
    await note(call, { subject: 'task_queue', id: queue.id, type: 'created' });
    return {
      status: 201,
      body: showTaskQueue(queue),
      headers: { location: `/v1/task-queues/${queue.id}` },
    };
  },
});
