import type { ReminderReport } from '../contract/activities.js';
import { onSendQueue, reminding } from './proxies.js';

/** A round of its schedule: sends the reminders of tasks that are due. A mail server that hangs holds up its own round alone. */
export function remind(): Promise<ReminderReport> {
  return reminding.sendReminders.executeWithOptions({ ...onSendQueue(), summary: 'remind' }, [
    { at: new Date().toISOString() },
  ]);
}
