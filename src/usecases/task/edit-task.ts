import { lockEnrollment } from '../../db/queries/enrollments/read.js';
import { saveDecision } from '../../db/queries/enrollments/save.js';
import { findTaskQueue } from '../../db/queries/task-queues.js';
import {
  editTask as save,
  findTask,
  lockTask,
  type TaskListing,
  type TaskRow,
} from '../../db/queries/tasks.js';
import { findUser, lockUser } from '../../db/queries/users.js';
import { reassignTask } from '../../domain/enrollment/reassign-task.js';
import { happeningOf, type Act } from '../act.js';
import { noteChange } from '../log.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import { readTaskText } from './read-task-text.js';

type TaskChange = {
  readonly [Name in 'title' | 'notes' | 'priority' | 'queueId']?: TaskRow[Name] | undefined;
};

/** What is changed of a task; what is left out stays as it is, and a null queue is none. */
export interface TaskEdit extends TaskChange {
  /** An id, an externalId or an email of the user who is to work it. */
  readonly assignee?: string | undefined;
}

/**
 * Changes an open task. Notes are taken over like those of a step (TSK-10), and tokens in them resolved. Whoever may see it may
 * give it to any active user. Refuses a task that the acting user may not know of, unfit notes, an unknown queue or user, a
 * user who is deactivated, and a closed task.
 */
export async function editTask(
  act: Act,
  id: string,
  { assignee, ...patch }: TaskEdit,
): Promise<TaskListing> {
  const { tx, accountId, actingUser } = act;
  const found = await findTask(tx, accountId, id, actingUser);
  if (found === undefined) return refuseUnknown('task');
  const { queueId } = patch;
  if (typeof queueId === 'string' && !(await findTaskQueue(tx, accountId, queueId))) {
    const message = 'There is no such task queue.';
    return refuseFields([{ in: 'body', pointer: '/queueId', code: 'not_found', message }]);
  }
  const notes =
    patch.notes === undefined
      ? {}
      : { notes: await readTaskText(act, found.task, { pointer: '/notes', text: patch.notes }) };
  const assigned =
    assignee === undefined ? {} : { assigneeId: await reassign(act, found.task, assignee) };
  const isEdited = await save(tx, accountId, id, { ...patch, ...notes, ...assigned });
  // The acting user may have given away what made them see it.
  const edited = await findTask(tx, accountId, id, null);
  if (!isEdited || edited === undefined) return refuseClosed();
  // Who works it has a row of its own.
  const before = { ...found.task, assigneeId: edited.task.assigneeId };
  await noteChange(act, 'task', [before, edited.task]);
  return edited;
}

/**
 * The id of the user who is to work a task from now on, who stays active until the transaction ends; the history of its
 * enrollment says so, unless the task is theirs already.
 */
async function reassign(act: Act, { id, enrollmentId }: TaskRow, named: string): Promise<string> {
  const { tx, accountId } = act;
  const user = (await findUser(tx, accountId, { named })) ?? refuseUnknown('user', '/assigneeId');
  const enrollment = await lockEnrollment(tx, accountId, enrollmentId);
  const held =
    (await lockUser(tx, accountId, user.id, 'choose')) ?? refuseUnknown('user', '/assigneeId');
  const task = await lockTask(tx, accountId, id);
  if (enrollment === undefined || task?.state !== 'open') return refuseClosed();
  if (task.assigneeId === user.id) return user.id;
  if (held.deactivatedAt !== null) {
    const detail = 'The user that /assigneeId of the body names is deactivated; choose another.';
    const message = 'The user is deactivated.';
    const errors = [{ pointer: '/assigneeId', code: 'deactivated', message }];
    return refuse('USER_DEACTIVATED', { detail, errors });
  }
  const reassignment = { fromAssigneeId: task.assigneeId, assigneeId: user.id };
  const decision = reassignTask(enrollment, task, reassignment, happeningOf(act));
  await saveDecision(tx, enrollment, decision);
  return user.id;
}

function refuseClosed(): never {
  return refuse('TASK_CLOSED', 'The task is completed or cancelled already.');
}
