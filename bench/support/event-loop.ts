import { z } from 'zod';
import type { StackClient } from '../../test/support/stack-client.js';

const readiness = z.looseObject({
  eventLoopDelayMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
});

/** The event loop delay of an API over its last half to whole minute, in ms, as it tells it. */
export async function readEventLoop(
  client: StackClient,
): Promise<z.output<typeof readiness>['eventLoopDelayMs']> {
  return readiness.parse((await client.request('GET', '/readyz')).body).eventLoopDelayMs;
}
