import type { MaintenanceActivities } from '../contract/activities.js';
import { eraseOldTexts } from '../db/queries/mail-texts.js';
import { deleteOldSlots } from '../db/queries/send-slots.js';
import { forgetForsakenServers } from '../db/queries/user-erasure.js';
import { later } from '../domain/time/instant.js';
import { dayMs } from '../domain/time/local-date.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';

const slotsPerBatch = 1000;
/** The text of a mail may have hundreds of kilobytes. */
const textsPerBatch = 200;
/** A long backlog is worked off over several sweeps, so that no sweep holds the next one up. */
const longestMs = 20_000;

/**
 * Tidies up, batch by batch: deletes the send slots that no limit counts any more, erases the texts of mails whose time is over,
 * and forgets mail servers that nobody sends through. Run again it finds nothing.
 */
export function createDeleteOldSlots(deps: ActivityDeps): MaintenanceActivities['deleteOldSlots'] {
  const { db, keepTextsDays } = deps;
  return ({ at }) =>
    withHeartbeat(async (isCancelled) => {
      const deleted = await inBatches(slotsPerBatch, isCancelled, (limit) =>
        deleteOldSlots(db, at, limit),
      );
      const before = later(at, -keepTextsDays * dayMs);
      const textsErased = await inBatches(textsPerBatch, isCancelled, (limit) =>
        eraseOldTexts(db, { before, now: at, limit }),
      );
      await forgetForsakenServers(db);
      return { deleted, textsErased };
    });
}

/** Works until a batch is not full or the time is over, and says how many it was. */
async function inBatches(
  limit: number,
  isCancelled: () => boolean,
  work: (limit: number) => Promise<number>,
): Promise<number> {
  const begun = performance.now();
  let total = 0;
  let batch: number;
  do {
    batch = await work(limit);
    total += batch;
  } while (batch >= limit && performance.now() - begun < longestMs && !isCancelled());
  return total;
}
