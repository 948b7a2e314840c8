import type { PauseScope } from '../../db/queries/sending-pauses.js';
import { lockSequence } from '../../db/queries/sequences.js';
import type { User } from '../../db/queries/users.js';
import { requireAccess, requireAdmin } from '../access.js';
import type { Act } from '../act.js';

/** Locks a sequence in order to pause it. Users who may use it pause their own enrollments; an admin pauses all. */
export async function lockPauseScope(act: Act, id: string, user: User | null): Promise<PauseScope> {
  const found = await lockSequence(act.tx, act.accountId, id, 'edit');
  const sequence = requireAccess(act, found, 'use');
  if (user === null) requireAdmin(act, 'Pausing or resuming a sequence for everybody');
  return { sequenceId: sequence.id, userId: user?.id ?? null };
}
