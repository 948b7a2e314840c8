import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openTemporalClient } from '../../temporal/connect.js';
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
        if (stop.aborted) return;
        if (performance.now() > deadline) throw unreachable(namespace, error);
        logger.warn({ reason: messageOf(error) }, 'Temporal does not answer yet');
        await Promise.race([delay(pauseMs), tripped(stop)]);
      }
    }
  } finally {
    await temporal.stop();
  }
}

function unreachable(namespace: string, cause: unknown): Error {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'the address that the SDK takes';
  const message = `Temporal at ${address} cannot be used with the namespace "${namespace}": look at TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.`;
  return new Error(message, { cause });
}
