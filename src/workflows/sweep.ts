import type { SweepReport } from '../contract/activities.js';
import { maintenance } from './proxies.js';

/** Started by schedule: delivers to Temporal what a crash or an outage left undelivered. */
export async function sweep(): Promise<SweepReport> {
  return maintenance.sweepOutbox();
}
