import { editTask as edit } from '../../../usecases/task/edit-task.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskPatch, taskReply } from '../../shapes/task.js';

export const editTask = defineEndpoint({
  method: 'PATCH',
  path: '/v1/tasks/{id}',
  summary: 'Change the title, the priority, the queue, the notes or the assignee of an open task',
  description:
    'What is left out stays as it is; `queueId: null` takes it out of its queue. The step that made it stays as it is. Whoever sees a task may give it to any active user: a reminder that is still to come goes to them. Later tasks of the enrollment stay with its assignee.',
  tag: 'tasks',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: taskPatch,
  replies: { 200: taskReply },
  refusals: ['NOT_FOUND', 'TASK_CLOSED', 'USER_DEACTIVATED'],
  handler: async (call) => {
    const { assigneeId: assignee, ...change } = call.body;
    const edited = await edit(call, call.params.id, { ...change, assignee });
    return { status: 200, body: showTask(edited) };
  },
});
