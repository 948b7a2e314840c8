import { countLive } from '../../db/queries/enrollments/live.js';
import {
  eraseUser as erase,
  hasOtherAdmin,
  hasRunningBatch,
} from '../../db/queries/user-erasure.js';
import { lockUser } from '../../db/queries/users.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuse, refuseUnknown } from '../refusal.js';
import { readUser } from './read-user.js';
import { managingUsers } from './write-user.js';

export interface ErasedUser {
  readonly id: string;
  readonly erasedAt: string;
  /** Their mailboxes, which are erased with them. */
  readonly mailboxIds: readonly string[];
}

/**
 * Erases a deactivated user, as an admin, with their mailboxes and leaves; their keys are revoked. What they made, sent and
 * worked keeps their id. Refuses one who is active, whose enrollments and tasks somebody has to decide about first, one whose
 * batch still runs, and the last admin. It cannot be undone.
 */
export async function eraseUser(act: Act, named: string): Promise<ErasedUser> {
  requireAdmin(act, managingUsers);
  const { tx, accountId, now } = act;
  const { id, role } = await readUser(act, named);
  const locked = (await lockUser(tx, accountId, id, 'deactivate')) ?? refuseUnknown('user');
  if (locked.deactivatedAt === null || (await countLive(tx, accountId, { userId: id })) > 0) {
    return refuse('USER_ACTIVE', {
      detail: `Deactivate the user first (POST /v1/users/${id}/deactivate): that ends what they send and enrolled, and says who takes over their tasks.`,
    });
  }
  if (await hasRunningBatch(tx, accountId, id)) {
    const detail =
      'A bulk enrollment that the user has confirmed is still running: cancel it, or wait until it has ended.';
    return refuse('USER_ACTIVE', detail);
  }
  if (role === 'admin' && !(await hasOtherAdmin(tx, accountId, id))) {
    return refuse('LAST_ADMIN', 'The account has no other active admin: make one first.');
  }
  const mailboxIds = await erase(tx, accountId, id, now);
  await note(act, { subject: 'user', id, type: 'erased', data: { mailboxIds } });
  return { id, erasedAt: now, mailboxIds };
}
