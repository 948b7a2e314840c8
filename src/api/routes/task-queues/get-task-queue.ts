import { findTaskQueue } from '../../../db/queries/task-queues.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTaskQueue, taskQueueReply } from '../../shapes/task-queue.js';

export const getTaskQueue = defineEndpoint({
  method: 'GET',
  path: '/v1/task-queues/{id}',
  operationId: 'getTaskQueue',
  summary: 'Read a task queue',
  tag: 'task-queues',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: taskQueueReply },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, params }) => {
    const queue = await findTaskQueue(tx, accountId, params.id);
    if (queue === undefined) return refuseUnknown('task queue');
    return { status: 200, body: showTaskQueue(queue) };
  },
});
