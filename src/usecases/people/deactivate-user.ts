import { liveIds } from '../../db/queries/enrollments/live.js';
import type { Reference } from '../../db/queries/reference.js';
import {
  cancelTasksOf,
  moveAssignee,
  reassignTasks,
  type Handover,
} from '../../db/queries/user-removal.js';
import { findUser, lockUser, updateUser, type User } from '../../db/queries/users.js';
import { withoutUser, type RemovedUser } from '../../domain/enrollment/remove-user.js';
import { changeMany } from '../enrollment/change-many.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuse, refuseUnknown } from '../refusal.js';
import { readUser } from './read-user.js';
import { managingUsers } from './write-user.js';

export interface Deactivated {
  readonly user: User;
  readonly enrollmentsEnded: number;
  readonly tasksReassigned: number;
}

/**
 * Deactivates a user, as an admin, in the act's transaction: ends the live enrollments that they send or made, hands over or
 * cancels their open tasks, and keeps them from acting and being chosen. Whoever chooses them at this very moment is waited
 * for, or refused. Doing it twice is harmless.
 */
export async function deactivate(
  act: Act,
  named: string,
  successor: Reference | undefined,
): Promise<Deactivated> {
  requireAdmin(act, managingUsers);
  const { tx, accountId, now, actingUser } = act;
  const { id: userId } = await readUser(act, named);
  if (userId === actingUser?.id) {
    return refuse('CONFLICT', 'Nobody deactivates themselves; ask another admin.');
  }
  const removed = {
    userId,
    successorId: successor && (await requireSuccessor(act, userId, successor)),
  };
  // Enrollments come before users in the lock order, so those that came in between are looked for with the user locked.
  const before = await withdraw(act, removed, []);
  const deactivatedAt = await lockPeople(act, removed);
  const between = await withdraw(act, removed, before.changed);
  const ended = [...before.ended, ...between.ended];

  const handover: Handover = { accountId, ...removed };
  await moveAssignee(tx, handover, [...before.changed, ...between.changed]);
  const kept = await reassignTasks(tx, handover);
  const by = { closedAt: now, closedById: actingUser?.id ?? null };
  await cancelTasksOf(tx, handover, { enrollmentIds: ended, keep: kept, by });
  const change = { deactivatedAt: deactivatedAt ?? now, updatedAt: now };
  const saved = await updateUser(tx, accountId, userId, change);
  const counts = { enrollmentsEnded: ended.length, tasksReassigned: kept.length };
  if (deactivatedAt === null) await noteDeactivation(act, removed, counts);
  return { user: saved ?? refuseUnknown('user'), ...counts };
}

/**
 * Reactivates a user, as an admin, with the role, seat and permissions that they had; enrollments that ended stay ended. Doing it
 * twice is harmless.
 */
export async function reactivate(act: Act, named: string): Promise<User> {
  requireAdmin(act, managingUsers);
  const { tx, accountId, now } = act;
  const { id } = await readUser(act, named);
  const locked = await lockUser(tx, accountId, id, 'change');
  const change = { deactivatedAt: null, updatedAt: now };
  const saved = await updateUser(tx, accountId, id, change);
  if (locked === undefined || saved === undefined) return refuseUnknown('user');
  if (locked.deactivatedAt !== null) {
    await note(act, { subject: 'user', id, type: 'reactivated' });
  }
  return saved;
}

async function requireSuccessor(
  { tx, accountId }: Act,
  userId: string,
  reference: Reference,
): Promise<string> {
  const found = await findUser(tx, accountId, reference);
  if (found === undefined) return refuseUnknown('user', '/reassignTasksTo');
  if (found.id !== userId && found.deactivatedAt === null) return found.id;
  return refuseSuccessor();
}

function refuseSuccessor(): never {
  return refuse('USER_DEACTIVATED', 'Tasks go to a user who is active; name another.');
}

/** Takes the user out of their live enrollments, except those where that is done; says which were changed, and which ended. */
async function withdraw(
  act: Act,
  removed: RemovedUser,
  done: readonly string[],
): Promise<{ readonly changed: readonly string[]; readonly ended: readonly string[] }> {
  const { tx, accountId } = act;
  const ids = await liveIds(tx, accountId, { userId: removed.userId });
  const isDone = new Set(done);
  const left = ids.filter((id) => !isDone.has(id));
  const ended: string[] = [];
  const changed = await changeMany(act, left, {
    decide: (current, happening) => {
      const decision = withoutUser(current, current.row, removed, happening);
      if (decision?.standing.endedAt) ended.push(current.row.id);
      return decision;
    },
  });
  return { changed, ended };
}

/**
 * Locks the user and the successor in the order of their ids, since two users may be handed over to each other. Says since
 * when the user is deactivated; null for one who is active.
 */
async function lockPeople(
  { tx, accountId }: Act,
  { userId, successorId }: RemovedUser,
): Promise<User['deactivatedAt']> {
  const ids = successorId === undefined ? [userId] : [userId, successorId].sort();
  let deactivatedAt: User['deactivatedAt'] = null;
  for (const id of ids) {
    const purpose = id === userId ? 'deactivate' : 'choose';
    const locked = (await lockUser(tx, accountId, id, purpose)) ?? refuseUnknown('user');
    if (id === userId) deactivatedAt = locked.deactivatedAt;
    else if (locked.deactivatedAt !== null) refuseSuccessor();
  }
  return deactivatedAt;
}

async function noteDeactivation(
  act: Act,
  { userId, successorId }: RemovedUser,
  counts: Omit<Deactivated, 'user'>,
): Promise<void> {
  const to = successorId === undefined ? {} : { successorId };
  const data = { ...counts, ...to };
  await note(act, { subject: 'user', id: userId, type: 'deactivated', data });
}
