import { findTaskQueue } from '../../db/queries/task-queues.js';
import {
  editTask as save,
  findTask,
  type TaskListing,
  type TaskRow,
} from '../../db/queries/tasks.js';
import type { Act } from '../act.js';
import { tellEnrollment } from '../enrollment/tell-enrollment.js';
import { noteChange } from '../log.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';

/** What is changed of a task; what is left out stays as it is, and a null queue is none. */
export type TaskEdit = {
  readonly [Name in 'title' | 'notes' | 'priority' | 'queueId']?: TaskRow[Name] | undefined;
};

/** Changes an open task. Refuses one that the acting user may not know of, an unknown queue, and a closed task. */
export async function editTask(act: Act, id: string, patch: TaskEdit): Promise<TaskListing> {
  const { tx, accountId, actingUser } = act;
  const before = await findTask(tx, accountId, id, actingUser);
  if (before === undefined) return refuseUnknown('task');
  const { queueId } = patch;
  if (typeof queueId === 'string' && !(await findTaskQueue(tx, accountId, queueId))) {
    const message = 'There is no such task queue.';
    return refuseFields([{ in: 'body', pointer: '/queueId', code: 'not_found', message }]);
  }
  const isEdited = await save(tx, accountId, id, patch);
  const edited = await findTask(tx, accountId, id, actingUser);
  if (!isEdited || edited === undefined) {
    return refuse('TASK_CLOSED', 'The task is completed or cancelled already.');
  }
  await noteChange(act, 'task', [before.task, edited.task]);
  return edited;
}

/** Completes a task, and tells its enrollment. Refuses one that the acting user may not know of, and a closed one. */
export async function completeTask(act: Act, id: string): Promise<TaskListing> {
  const { tx, accountId, actingUser } = act;
  const found = await findTask(tx, accountId, id, actingUser);
  if (found === undefined) return refuseUnknown('task');
  const { task } = found;
  const said = { type: 'completeTask', taskId: task.id } as const;
  // Whoever may see the task may complete it, whatever they may see of the enrollment.
  await tellEnrollment(act, task.enrollmentId, said, null);
  return (await findTask(tx, accountId, task.id, actingUser)) ?? found;
}
