import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openTemporalClient } from '../../temporal/connect.js';
import { messageOf } from './run-main.js';

const limitMs = 60_000;
const pauseMs = 2_000;
const callMs = 5_000;

/**
 * Resolves when Temporal answers and has the namespace. A server that is only just starting is waited for, up to a minute;
 * after that it rejects, and whoever runs this process decides about another try.
 */
export async function awaitTemporal(logger: Logger, stop: AbortSignal): Promise<void> {
  const deadline = performance.now() + limitMs;
  const temporal = openTemporalClient();
  const { client, namespace } = temporal;
  try {
    for (;;) {
      try {
        await client.withDeadline(Date.now() + callMs, () =>
          client.workflowService.describeNamespace({ namespace }),
        );
        return;
      } catch (error) {
        if (performance.now() > deadline || stop.aborted) throw unreachable(namespace, error);
        logger.warn({ reason: messageOf(error) }, 'Temporal does not answer yet');
        await delay(pauseMs);
      }
    }
  } finally {
    await temporal.close();
  }
}

function unreachable(namespace: string, cause: unknown): Error {
  const message = `Temporal cannot be used with the namespace "${namespace}". Look at TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.`;
  return new Error(message, { cause });
}
