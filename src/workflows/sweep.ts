import { patched } from '@temporalio/workflow';
import type { SweepInput, SweepReport } from '../contract/activities.js';
import { patches } from './patches.js';
import { maintenance, onBulkQueue, reminding } from './proxies.js';

/** A round of the schedule: delivers to Temporal what a crash or an outage left undelivered, and tidies up. */
export async function sweep(input?: SweepInput): Promise<SweepReport> {
  const queue = onBulkQueue();
  const report = await maintenance.sweepOutbox.executeWithOptions(queue, []);
  // A round that an earlier release began, or its schedule, sends reminders too; they have a schedule of their own now.
  if (input?.remindersApart !== true && patched(patches.sweepReminders)) {
    await reminding.sendReminders({ at: new Date().toISOString() });
  }
  if (patched(patches.sweepSlots)) {
    const at = new Date().toISOString();
    await maintenance.deleteOldSlots.executeWithOptions(queue, [{ at }]);
  }
  return report;
}
