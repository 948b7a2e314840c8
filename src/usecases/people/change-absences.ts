import { newId } from '../../db/new-id.js';
import {
  countAbsences,
  deleteAbsence,
  insertAbsence,
  listAbsences,
  type UserAbsence,
} from '../../db/queries/user-absences.js';
import { liveIds } from '../../db/queries/enrollments/live.js';
import type { User } from '../../db/queries/users.js';
import { afterLeaveChange } from '../../domain/enrollment/leave.js';
import { absencesOf, noAbsences } from '../../domain/time/leave.js';
import { requireOwner } from '../access.js';
import { changeMany } from '../enrollment/change-many.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuse, refuseUnknown } from '../refusal.js';
import { holdUser, readUser } from './read-user.js';

/** The most leaves of one user; whoever needs more takes old ones away. */
export const maxAbsences = 100;

/**
 * Notes a leave of a user; what falls into it waits for the return. Returns how many enrollments got another date. Refuses
 * one too many.
 */
export async function createAbsence(
  act: Act,
  named: string,
  { firstOn, lastOn }: Pick<UserAbsence, 'firstOn' | 'lastOn'>,
): Promise<{ readonly absence: UserAbsence; readonly rescheduled: number }> {
  const { tx, accountId, now } = act;
  const user = await requireOwnOrAdmin(act, named);
  if ((await countAbsences(tx, accountId, user.id)) >= maxAbsences) {
    return refuse(
      'LIMIT_REACHED',
      `A user has at most ${maxAbsences} leaves; take past ones away first.`,
    );
  }
  const absence = { firstOn, lastOn, accountId, id: newId(now), userId: user.id, createdAt: now };
  const rescheduled = await changeAbsences(act, user, async () => {
    await holdUser(act, user.id);
    await insertAbsence(tx, absence);
  });
  const data = { absenceId: absence.id, firstOn, lastOn, rescheduled };
  await note(act, { subject: 'user', id: user.id, type: 'absence_added', data });
  return { absence, rescheduled };
}

/** Takes a leave of a user away; what it held runs when it would have. Returns how many enrollments got another date. */
export async function removeAbsence(act: Act, named: string, absenceId: string): Promise<number> {
  const { tx, accountId } = act;
  const user = await requireOwnOrAdmin(act, named);
  const rescheduled = await changeAbsences(act, user, async () => {
    const key = { userId: user.id, id: absenceId };
    if (!(await deleteAbsence(tx, accountId, key))) refuseUnknown('absence');
  });
  const data = { absenceId, rescheduled };
  await note(act, { subject: 'user', id: user.id, type: 'absence_removed', data });
  return rescheduled;
}

/** The user that a path names: everybody changes their own leaves, an admin everybody's. */
async function requireOwnOrAdmin(act: Act, named: string): Promise<User> {
  const user = await readUser(act, named);
  requireOwner(act, user.id, 'Changing the leaves of somebody else');
  return user;
}

/**
 * Changes the leaves of a user, and plans what their live enrollments wait for anew, in the act's transaction: what falls into
 * a leave waits for the return, and what was held for one that is gone runs when it would have. Returns how many got
 * another date.
 */
async function changeAbsences(act: Act, user: User, change: () => Promise<void>): Promise<number> {
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
