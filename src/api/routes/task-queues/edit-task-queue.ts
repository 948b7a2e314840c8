import { renameTaskQueue } from '../../../db/queries/task-queues.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTaskQueue, taskQueueInput, taskQueueReply } from '../../shapes/task-queue.js';
import { note } from '../../../usecases/log.js';

export const editTaskQueue = defineEndpoint({
  method: 'PATCH',
  path: '/v1/task-queues/{id}',
  summary: 'Rename a task queue',
  tag: 'task-queues',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: taskQueueInput,
  replies: { 200: taskQueueReply },
  refusals: ['NOT_FOUND', 'CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const renamed = await renameTaskQueue(tx, accountId, params.id, { ...body, updatedAt: now });
    if (renamed === undefined) return refuseUnknown('task queue');
    const data = { fields: ['name'] };
    await note(call, { subject: 'task_queue', id: renamed.id, type: 'changed', data });
    return { status: 200, body: showTaskQueue(renamed) };
  },
});
