import { enrollmentWorkflowId } from '../../contract/enrollment.js';
import type { Instant } from '../../domain/time/types.js';
import { fastForward, workflowNow } from '../../local/time-skipping.js';
import type { Stage } from './stage.js';
import type { StoryClock } from './story-clock.js';

/**
 * Moves workflows to an instant, all at once, and the story's clock with them. What falls due on the way happens at its
 * own time. A workflow that was started late, or lags behind, reaches the same instant as the others.
 */
export async function moveAll(
  { temporal }: Stage,
  clock: StoryClock,
  enrollmentIds: readonly string[],
  to: Instant,
): Promise<void> {
  await Promise.all(
    enrollmentIds.map(async (id) => {
      const ref = { ...temporal, workflowId: enrollmentWorkflowId(id) };
      const aheadMs = Date.parse(to) - (await workflowNow(ref)).getTime();
      if (aheadMs > 0) await fastForward({ ...ref, seconds: Math.ceil(aheadMs / 1000) });
    }),
  );
  clock.moveTo(to);
}
