import { deleteTaskQueue as remove } from '../../../usecases/task/task-queue.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTaskQueue, taskQueueReply } from '../../shapes/task-queue.js';

export const deleteTaskQueue = defineEndpoint({
  method: 'DELETE',
  path: '/v1/task-queues/{id}',
  operationId: 'deleteTaskQueue',
  summary: 'Delete a task queue',
  description:
    'Its tasks stay, in no queue. Steps that name it go on; the tasks they make are in no queue.',
  tag: 'task-queues',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: taskQueueReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    const removed = await remove(call, call.params.id);
    return { status: 200, body: showTaskQueue(removed) };
  },
});
