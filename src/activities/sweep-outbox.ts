import type { MaintenanceActivities } from '../contract/activities.js';
import { deleteExpiredKeys } from '../db/queries/idempotency-keys.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';
import { sweepWords } from './sweep-words.js';

/** Delivers what is due in the outbox, and drops idempotency keys that have had their day. */
export function createSweepOutbox({
  db,
  ports,
  temporalAnswers,
}: ActivityDeps): MaintenanceActivities['sweepOutbox'] {
  return () =>
    withHeartbeat(async (isCancelled) => {
      const swept = await sweepWords(
        { db, temporalAnswers, deliver: ports.workflows.deliver },
        isCancelled,
      );
      const expiredKeys = await deleteExpiredKeys(db);
      return { ...swept, expiredKeys };
    });
}
