import { liveIds } from '../../db/queries/enrollments/live.js';
import type { Reference } from '../../db/queries/reference.js';
import {
  cancelTasksOf,
  moveAssignee,
  reassignTasks,
  type Handover,
} from '../../db/queries/user-removal.js';
import { findUser, updateUser, type User } from '../../db/queries/users.js';
import { withoutUser } from '../../domain/enrollment/remove-user.js';
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
 * Deactivates a user, as an admin, in the act's transaction: ends the live enrollments that they send or made, hands over or cancels
 * their open tasks, and keeps them from acting and being chosen. One who is chosen at this very moment is found out when
 * the next email is claimed. Doing it twice is harmless.
 */
export async function deactivate(
  act: Act,
  named: string,
  successor: Reference | undefined,
): Promise<Deactivated> {
  requireAdmin(act, managingUsers);
  const { tx, accountId, now, actingUser } = act;
  const user = await readUser(act, named);
  if (user.id === actingUser?.id) {
    return refuse('CONFLICT', 'Nobody deactivates themselves; ask another admin.');
  }
  const successorId = successor && (await requireSuccessor(act, user, successor));
  const ended: string[] = [];
  const ids = await liveIds(tx, accountId, { userId: user.id });
  const changed = await changeMany(act, ids, {
    decide: (current, happening) => {
      const decision = withoutUser(
        current,
        current.row,
        { userId: user.id, successorId },
        happening,
      );
      if (decision.standing.endedAt !== null) ended.push(current.row.id);
      return decision;
    },
  });
  const handover: Handover = { accountId, userId: user.id, successorId };
  await moveAssignee(tx, handover, changed);
  const kept = await reassignTasks(tx, handover);
  const by = { closedAt: now, closedById: actingUser?.id ?? null };
  await cancelTasksOf(tx, handover, { enrollmentIds: ended, keep: kept, by });
  const change = { deactivatedAt: user.deactivatedAt ?? now, updatedAt: now };
  const saved = await updateUser(tx, accountId, user.id, change);
  if (user.deactivatedAt === null) {
    const data = { enrollmentsEnded: ended.length, tasksReassigned: kept.length };
    const to = successorId === undefined ? {} : { successorId };
    await note(act, {
      subject: 'user',
      id: user.id,
      type: 'deactivated',
      data: { ...data, ...to },
    });
  }
  return {
    user: saved ?? refuseUnknown('user'),
    enrollmentsEnded: ended.length,
    tasksReassigned: kept.length,
  };
}

/**
 * Reactivates a user, as an admin, with the role, seat and permissions that they had; enrollments that ended stay ended. Doing it
 * twice is harmless.
 */
export async function reactivate(act: Act, named: string): Promise<User> {
  requireAdmin(act, managingUsers);
  const { tx, accountId, now } = act;
  const user = await readUser(act, named);
  const change = { deactivatedAt: null, updatedAt: now };
  const saved = await updateUser(tx, accountId, user.id, change);
  if (saved === undefined) return refuseUnknown('user');
  if (user.deactivatedAt !== null) {
    await note(act, { subject: 'user', id: user.id, type: 'reactivated' });
  }
  return saved;
}

async function requireSuccessor(
  { tx, accountId }: Act,
  user: User,
  reference: Reference,
): Promise<string> {
  const found = await findUser(tx, accountId, reference);
  if (found === undefined) return refuseUnknown('user', '/reassignTasksTo');
  if (found.id !== user.id && found.deactivatedAt === null) return found.id;
  return refuse('USER_DEACTIVATED', 'Tasks go to a user who is active; name another.');
}
