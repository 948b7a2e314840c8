import { findTaskQueue } from '../../../db/queries/task-queues.js';
import { editTask as save, findTask } from '../../../db/queries/tasks.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuse, refuseFields, refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskPatch, taskReply } from '../../shapes/task.js';
import { noteChange } from '../../../usecases/log.js';

export const editTask = defineEndpoint({
  method: 'PATCH',
  path: '/v1/tasks/{id}',
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
    const { tx, accountId, actingUser, params, body } = call;
    const task = await findTask(tx, accountId, params.id, actingUser);
    if (task === undefined) return refuseUnknown('task');
    const { queueId } = body;
    if (typeof queueId === 'string' && !(await findTaskQueue(tx, accountId, queueId))) {
      const message = 'There is no such task queue.';
      return refuseFields([{ in: 'body', pointer: '/queueId', code: 'not_found', message }]);
    }
    const isEdited = await save(tx, accountId, params.id, body);
    const edited = await findTask(tx, accountId, params.id, actingUser);
    if (!isEdited || edited === undefined) {
      return refuse('TASK_CLOSED', 'The task is completed or cancelled already.');
    }
    await noteChange(call, 'task', [task.task, edited.task]);
    return { status: 200, body: showTask(edited) };
  },
});
