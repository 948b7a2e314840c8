import type { WorkflowGateway } from '../contract/gateway.js';
import { claimTargets, releaseTargets } from '../db/queries/outbox.js';
import type { ActivityDeps } from './deps.js';

/** Longer than the words of a page take if Temporal lets each run into its deadline. */
const leaseMs = 90_000;
/** An edit may leave word for thousands: a sweep goes on while there is more, for so long. */
const longestMs = 60_000;
const lanes = 8;

/** Of how many targets all was told, and of how many something was not. */
export interface Swept {
  readonly delivered: number;
  readonly failed: number;
}

/**
 * Tells what is due in the outbox, in order, once through: several lanes claim a page each and go on to the next. Any number
 * of sweeps may run at once and share the work. What fails waits for its next try and holds up nothing but later words of its
 * own target; when Temporal does not answer at all, the sweep ends early and gives back what
 * it has not tried.
 */
export async function sweepWords(
  deps: Pick<ActivityDeps, 'db' | 'temporalAnswers'> & Pick<WorkflowGateway, 'deliver'>,
  isCancelled: () => boolean,
): Promise<Swept> {
  const begun = performance.now();
  const swept = { delivered: 0, failed: 0 };
  const answers = shared(deps.temporalAnswers);
  let after = 0;
  let isDown = false;
  const isOver = (): boolean => isDown || isCancelled();
  const lane = async (): Promise<void> => {
    while (!isOver() && performance.now() - begun < longestMs) {
      const page = await claimTargets(deps.db, { after, leaseMs });
      const last = page.at(-1);
      if (last === undefined) return;
      after = Math.max(after, last.wordId);
      for (const [index, target] of page.entries()) {
        if (isOver()) {
          await releaseTargets(deps.db, page.slice(index));
          return;
        }
        if ((await deps.deliver(target)) === 'delivered') swept.delivered += 1;
        else {
          swept.failed += 1;
          isDown ||= !(await answers());
        }
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return swept;
}

/** Those who ask while an answer is awaited get the same. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}
