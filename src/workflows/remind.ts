import type { RoundsInput } from '../contract/rounds.js';
import { onSendQueue, reminding } from './proxies.js';
import { attempt, inRounds } from './rounds.js';

/** Sends the reminders of tasks that are due. A mail server that hangs holds up its own round alone, and no sweep. */
export function remind(input: RoundsInput): Promise<void> {
  return inRounds(input, () =>
    attempt(
      reminding.sendReminders.executeWithOptions({ ...onSendQueue(), summary: 'remind' }, [
        { at: new Date().toISOString() },
      ]),
    ),
  );
}
