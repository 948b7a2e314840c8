import { Context } from '@temporalio/activity';
import type { MaintenanceActivities } from '../contract/activities.js';
import { deleteOldSlots } from '../db/queries/send-slots.js';
import type { ActivityDeps } from './deps.js';

const perBatch = 1000;
/** A long backlog is deleted over several sweeps, so that no sweep holds the next one up. */
const longestMs = 20_000;

/** Deletes the send slots that no limit counts any more, batch by batch. Run again it finds none. */
export function createDeleteOldSlots(deps: ActivityDeps): MaintenanceActivities['deleteOldSlots'] {
  return async ({ at }) => {
    const begun = performance.now();
    const { cancellationSignal } = Context.current();
    let deleted = 0;
    let batch: number;
    do {
      batch = await deleteOldSlots(deps.db, at, perBatch);
      deleted += batch;
    } while (
      batch >= perBatch &&
      performance.now() - begun < longestMs &&
      !cancellationSignal.aborted
    );
    return { deleted };
  };
}
