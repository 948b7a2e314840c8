import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { ActivityDeps } from '../deps.js';
import { InvariantError } from '../../usecases/invariant-error.js';

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** Less than the time that an activity has left after it has talked to a mail server. */
const longestMs = 4 * 60_000;
/** A worker that is being stopped waits no longer than this, in milliseconds. */
export const afterCancelMs = 10_000;

/**
 * Writes what only this attempt knows, such as a mail server's answer: while Postgres has no connection for it, it is
 * tried again for up to four minutes or, once the activity is cancelled, for 10 seconds more. `write` may run more than
 * once and is one transaction. Throws what the last try threw.
 */
export async function untilWritten<T>(
  { logger }: Pick<ActivityDeps, 'logger'>,
  write: () => Promise<T>,
): Promise<T> {
  const { cancellationSignal } = Context.current();
  const patience = { untilMs: performance.now() + longestMs };
  const onCancel = (): void => {
    patience.untilMs = Math.min(patience.untilMs, performance.now() + afterCancelMs);
  };
  if (cancellationSignal.aborted) onCancel();
  cancellationSignal.addEventListener('abort', onCancel, { once: true });
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await write();
      } catch (error) {
        if (error instanceof InvariantError || performance.now() >= patience.untilMs) throw error;
        logger.warn({ err: error }, 'what became of a mail could not be written yet');
      }
      await delay(pauseMs);
    }
  } finally {
    cancellationSignal.removeEventListener('abort', onCancel);
  }
}
