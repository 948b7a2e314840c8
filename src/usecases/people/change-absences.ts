import { listAbsences } from '../../db/queries/user-absences.js';
import { liveIds } from '../../db/queries/enrollments/live.js';
import { findUser, type User } from '../../db/queries/users.js';
import { afterLeaveChange } from '../../domain/enrollment/leave.js';
import { absencesOf, noAbsences } from '../../domain/time/leave.js';
import { requireAdmin } from '../access.js';
import { changeMany } from '../enrollment/change-many.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';

/** The most leaves of one user; whoever needs more takes old ones away. */
export const maxAbsences = 100;

/** The user that a path names: everybody changes their own leaves, an admin everybody's. */
export async function requireOwnOrAdmin(act: Act, named: string): Promise<User> {
  const user = await findUser(act.tx, act.accountId, { named });
  if (user === undefined) return refuseUnknown('user');
  if (user.id !== act.actingUser?.id) requireAdmin(act);
  return user;
}

/**
 * Changes the leaves of a user, and plans what their live enrollments wait for anew, in the act's transaction: what falls into
 * a leave waits for the return, and what was held for one that is gone runs when it would have. Returns how many got
 * another date.
 */
export async function changeAbsences(
  act: Act,
  user: User,
  change: () => Promise<void>,
): Promise<number> {
  const { tx, accountId } = act;
  const ids = await liveIds(tx, accountId, { userId: user.id });
  const read = async () => {
    const leaves = await listAbsences(tx, accountId, user.id, maxAbsences);
    return absencesOf(leaves.map((leave) => ({ ...leave, timeZone: user.timeZone })));
  };
  const before = await read();
  await change();
  const changed = await changeMany(act, ids, {
    decide: (current, happening) => {
      // What is being sent is not for us to put off.
      if (current.send !== undefined) return undefined;
      const { senderId, taskAssigneeId } = current.row;
      const now = current.absences ?? noAbsences;
      const earlier = {
        email: senderId === user.id ? before : now.email,
        task: taskAssigneeId === user.id ? before : now.task,
      };
      return afterLeaveChange(current, earlier, happening);
    },
  });
  return changed.length;
}
