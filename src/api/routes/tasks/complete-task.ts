import { completeTask as complete } from '../../../usecases/task/complete-task.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskCompletion, taskReply } from '../../shapes/task.js';

export const completeTask = defineEndpoint({
  method: 'POST',
  path: '/v1/tasks/{id}/complete',
  summary: 'Complete a task',
  description:
    'If its enrollment waits for it, the delay of the next step counts from now. A task that is completed already is answered as it is, whatever is said of it now: the first outcome and note stay. One that is cancelled is refused.',
  tag: 'tasks',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: taskCompletion,
  replies: { 200: taskReply },
  refusals: ['NOT_FOUND', 'TASK_CLOSED'],
  handler: async (call) => {
    const completed = await complete(call, call.params.id, call.body);
    return { status: 200, body: showTask(completed) };
  },
});
