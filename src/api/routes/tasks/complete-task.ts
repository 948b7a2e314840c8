import { completeTask as complete } from '../../../usecases/task/edit-task.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskReply } from '../../shapes/task.js';

export const completeTask = defineEndpoint({
  method: 'POST',
  path: '/v1/tasks/{id}/complete',
  operationId: 'completeTask',
  summary: 'Complete a task',
  description: 'If its enrollment waits for it, the delay of the next step counts from now.',
  tag: 'tasks',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: taskReply },
  refusals: ['NOT_FOUND', 'TASK_CLOSED'],
  handler: async (call) => {
    const completed = await complete(call, call.params.id);
    return { status: 200, body: showTask(completed) };
  },
});
