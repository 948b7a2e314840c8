import { editTask as edit } from '../../../usecases/task/edit-task.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskPatch, taskReply } from '../../shapes/task.js';

export const editTask = defineEndpoint({
  method: 'PATCH',
  path: '/v1/tasks/{id}',
  operationId: 'updateTask',
  summary: 'Change the title, the priority, the queue or the notes of an open task',
  description:
    'What is left out stays as it is; `queueId: null` takes it out of its queue. The step that made it stays as it is.',
  tag: 'tasks',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: taskPatch,
  replies: { 200: taskReply },
  refusals: ['NOT_FOUND', 'TASK_CLOSED'],
  handler: async (call) => {
    const edited = await edit(call, call.params.id, call.body);
    return { status: 200, body: showTask(edited) };
  },
});
