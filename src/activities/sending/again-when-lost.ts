import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../../db/sqlstate.js';

/** A mail server waits for minutes; a pool without a connection to spare is known to be one by then. */
const patienceMs = 5_000;
const pauseMs = 50;

/**
 * Runs a transaction again at once that was lost: its connection broke, perhaps on the way back from its commit, or
 * another transaction was in its way. It may have been committed already. Throws what the last try threw.
 */
export async function againWhenLost<T>(transact: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      return await transact();
    } catch (error) {
      if (!isPassing(error) || performance.now() - begun >= patienceMs) throw error;
    }
    await delay(pauseMs);
  }
}
