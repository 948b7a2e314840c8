import type { MaintenanceActivities } from '../contract/activities.js';
import { deleteOldSlots } from '../db/queries/send-slots.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';

const perBatch = 1000;
/** A long backlog is deleted over several sweeps, so that no sweep holds the next one up. */
const longestMs = 20_000;

/** Deletes the send slots that no limit counts any more, batch by batch. Run again it finds none. */
export function createDeleteOldSlots(deps: ActivityDeps): MaintenanceActivities['deleteOldSlots'] {
  return ({ at }) =>
    withHeartbeat(async (isCancelled) => {
      const begun = performance.now();
      let deleted = 0;
      let batch: number;
      do {
        batch = await deleteOldSlots(deps.db, at, perBatch);
        deleted += batch;
      } while (batch >= perBatch && performance.now() - begun < longestMs && !isCancelled());
      return { deleted };
    });
}
