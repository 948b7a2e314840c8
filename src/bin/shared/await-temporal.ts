import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createNamespaceQuestion } from '../../temporal/connect.js';
import { messageOf, tripped } from './run-main.js';

const limitMs = 60_000;
const pauseMs = 2_000;
const callMs = 5_000;

/**
 * Resolves when Temporal answers and has the namespace. It waits up to a minute for a server that is only just
 * starting. After that it rejects, and whoever runs this process decides about another try. Resolves at once when told
 * to stop.
 */
export async function awaitTemporal(logger: Logger, stop: AbortSignal): Promise<void> {
  const deadline = performance.now() + limitMs;
  const ask = createNamespaceQuestion();
  for (;;) {
    try {
      await ask(callMs);
      return;
    } catch (error) {
      if (stop.aborted) return;
      if (performance.now() > deadline) throw new Error(advice, { cause: error });
      logger.warn({ reason: messageOf(error) }, 'Temporal does not answer yet');
      await Promise.race([delay(pauseMs), tripped(stop)]);
    }
  }
}

const advice =
  'Temporal cannot be used: look at TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_…';
