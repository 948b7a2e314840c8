import { newId } from '../../db/new-id.js';
import {
  deleteTaskQueue as remove,
  insertTaskQueue,
  lockTaskQueue,
  renameTaskQueue as rename,
  type TaskQueue,
} from '../../db/queries/task-queues.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuseUnknown } from '../refusal.js';

/** Makes a task queue. Throws a unique violation when another one has the name. */
export async function makeTaskQueue(act: Act, name: string): Promise<TaskQueue> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const row = { accountId, id: newId(now), name, createdAt: now, updatedAt: now };
  const queue = await insertTaskQueue(tx, row);
  await note(act, { subject: 'task_queue', id: queue.id, type: 'created' });
  return queue;
}

/** Gives a task queue another name. Refuses an unknown one; throws a unique violation when another one has the name. */
export async function renameTaskQueue(act: Act, id: string, name: string): Promise<TaskQueue> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const current = await lockTaskQueue(tx, accountId, id);
  if (current?.name === name) return current;
  const renamed = await rename(tx, accountId, id, { name, updatedAt: now });
  if (renamed === undefined) return refuseUnknown('task queue');
  const data = { fields: ['name'] };
  await note(act, { subject: 'task_queue', id: renamed.id, type: 'changed', data });
  return renamed;
}

/** Deletes a task queue and returns what it was; its tasks stay, in no queue. Refuses an unknown one. */
export async function deleteTaskQueue(act: Act, id: string): Promise<TaskQueue> {
  requirePermission(act, 'sequences');
  const removed = await remove(act.tx, act.accountId, id);
  if (removed === undefined) return refuseUnknown('task queue');
  await note(act, { subject: 'task_queue', id: removed.id, type: 'deleted' });
  return removed;
}
