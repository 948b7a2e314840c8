import { makeTaskQueue } from '../../../usecases/task/task-queue.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showTaskQueue, taskQueueInput, taskQueueReply } from '../../shapes/task-queue.js';

export const createTaskQueue = defineEndpoint({
  method: 'POST',
  path: '/v1/task-queues',
  operationId: 'createTaskQueue',
  summary: 'Make a task queue',
  description: 'A task step names it by its `queueId`; the tasks that it makes are put into it.',
  tag: 'task-queues',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: taskQueueInput,
  replies: { 201: taskQueueReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const queue = await makeTaskQueue(call, call.body.name);
    return {
      status: 201,
      body: showTaskQueue(queue),
      headers: { location: `/v1/task-queues/${queue.id}` },
    };
  },
});
