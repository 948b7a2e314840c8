import { findTask } from '../../../db/queries/tasks.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { tellEnrollment } from '../../../usecases/enrollment/tell-enrollment.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskReply } from '../../shapes/task.js';

export const completeTask = defineEndpoint({
  method: 'POST',
  path: '/v1/tasks/{id}/complete',
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
    const { tx, accountId, actingUser, params } = call;
    const found = await findTask(tx, accountId, params.id, actingUser);
    if (found === undefined) return refuseUnknown('task');
    const { task } = found;
    const said = { type: 'completeTask', taskId: task.id } as const;
    // Whoever may see the task may complete it, whatever they may see of the enrollment.
    await tellEnrollment(call, task.enrollmentId, said, null);
    const completed = await findTask(tx, accountId, task.id, actingUser);
    return { status: 200, body: showTask(completed ?? found) };
  },
});
