import type { RoundsInput } from '../contract/rounds.js';
import { maintenance, onBulkQueue } from './proxies.js';
import { attempt, inRounds } from './rounds.js';

/** Delivers to Temporal what a crash or an outage left undelivered, looks after runs that are late, tidies up. */
export function sweeper(input: RoundsInput): Promise<void> {
  const { sweepOutbox, checkRuns, deleteOldSlots } = maintenance;
  return inRounds(input, () => {
    const at = new Date().toISOString();
    const queue = onBulkQueue();
    // All at once, so that none waits for another.
    return Promise.all([
      attempt(sweepOutbox.executeWithOptions(queue, [])),
      attempt(checkRuns.executeWithOptions(queue, [{ at }])),
      attempt(deleteOldSlots.executeWithOptions(queue, [{ at }])),
    ]);
  });
}
