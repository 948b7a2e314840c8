import { findTask } from '../../../db/queries/tasks.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskReply } from '../../shapes/task.js';

export const getTask = defineEndpoint({
  method: 'GET',
  path: '/v1/tasks/{id}',
  operationId: 'getTask',
  summary: 'Read a task',
  tag: 'tasks',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: taskReply },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, actingUser, params }) => {
    const task = await findTask(tx, accountId, params.id, actingUser);
    if (task === undefined) return refuseUnknown('task');
    return { status: 200, body: showTask(task) };
  },
});
