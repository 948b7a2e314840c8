import type { RoundsInput } from '../contract/rounds.js';
import { onSendQueue, reminding } from './proxies.js';
import { attempt, inRounds } from './rounds.js';

/**
 * Sends the reminders of tasks that are due. No round waits for the one before, which a mail server may hold up: each
 * reminder is sent under a lease.
 */
export async function remind(input: RoundsInput): Promise<void> {
  const underWay: Promise<void>[] = [];
  await inRounds(input, () => {
    const options = { ...onSendQueue(), summary: 'remind' };
    const at = new Date().toISOString();
    const sent = attempt(reminding.sendReminders.executeWithOptions(options, [{ at }]));
    // Whoever cancels the run ends the wait for the next round first.
    sent.catch(() => undefined);
    underWay.push(sent);
    return Promise.resolve();
  });
  await Promise.all(underWay);
}
