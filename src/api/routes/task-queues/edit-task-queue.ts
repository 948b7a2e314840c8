import { renameTaskQueue } from '../../../usecases/task/task-queue.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTaskQueue, taskQueueInput, taskQueueReply } from '../../shapes/task-queue.js';

export const editTaskQueue = defineEndpoint({
  method: 'PATCH',
  path: '/v1/task-queues/{id}',
  operationId: 'updateTaskQueue',
  summary: 'Rename a task queue',
  tag: 'task-queues',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: taskQueueInput,
  replies: { 200: taskQueueReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'CONFLICT'],
  handler: async (call) => {
    const renamed = await renameTaskQueue(call, call.params.id, call.body.name);
    return { status: 200, body: showTaskQueue(renamed) };
  },
});
