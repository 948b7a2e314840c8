import { patched } from '@temporalio/workflow';
import type { SweepReport } from '../contract/activities.js';
import { patches } from '../contract/patches.js';
import { maintenance, reminding } from './proxies.js';

/** A round of the schedule: delivers to Temporal what a crash or an outage left undelivered, sends reminders that are due, tidies up. */
export async function sweep(): Promise<SweepReport> {
  const report = await maintenance.sweepOutbox();
  if (patched(patches.sweepReminders)) {
    await reminding.sendReminders({ at: new Date().toISOString() });
  }
  if (patched(patches.sweepSlots)) {
    await maintenance.deleteOldSlots({ at: new Date().toISOString() });
  }
  return report;
}
