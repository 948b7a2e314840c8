import { removeSuppression, type Suppression } from '../../db/queries/suppressions.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuseUnknown } from '../refusal.js';

/**
 * Allows writing to an address or a domain again, as an admin, and answers the suppression that was taken away. Others of the address stay,
 * and what was unenrolled stays so.
 */
export async function liftSuppression(act: Act, id: string): Promise<Suppression> {
  requireAdmin(act, 'Taking a suppression away');
  const { tx, accountId, actor, cause, ports, afterCommit } = act;
  const removed = await removeSuppression(tx, accountId, id);
  if (removed === undefined) return refuseUnknown('suppression');
  const { id: suppressionId, reason } = removed;
  await note(act, {
    subject: 'suppression',
    id: suppressionId,
    type: 'removed',
    data: { reason },
  });
  afterCommit(() => {
    ports.logger.info(
      { suppressionId, reason, actor, requestId: cause.id },
      'a suppression was taken away',
    );
    return Promise.resolve(undefined);
  });
  return removed;
}
