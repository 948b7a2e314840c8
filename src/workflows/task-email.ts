import { CancellationScope, isCancellation, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { TaskEmailInput, TaskEmailProgress } from '../contract/task-email.js';
import { onSendQueue, recordingTaskEmail, sendingTaskEmail } from './proxies.js';

/**
 * The email that a user sent from a manual email task: has an activity send it, and waits and tries again for as long as the
 * activity says so. It has a run of its own because its enrollment may have gone on or ended by then (TSK-13).
 */
export async function taskEmail(input: TaskEmailInput): Promise<TaskEmailProgress> {
  const now = (): string => new Date().toISOString();
  try {
    for (;;) {
      const progress = await sendingTaskEmail.sendTaskEmail.executeWithOptions(
        { ...onSendQueue(), summary: 'send the email of the task' },
        [{ ...input, at: now() }],
      );
      setCurrentDetails(details(progress));
      if (progress.nextAt === null) return progress;
      const waitMs = Math.max(1, Date.parse(progress.nextAt) - Date.now());
      await sleep(waitMs, { summary: `${progress.state}: tried again at ${progress.nextAt}` });
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // It was cancelled in the Temporal UI, and Postgres must say so too.
    await CancellationScope.nonCancellable(() =>
      recordingTaskEmail.withdrawTaskEmail.executeWithOptions({ summary: 'withdraw' }, [
        { ...input, at: now() },
      ]),
    );
    throw error;
  }
}

function details({ state, nextAt }: TaskEmailProgress): string {
  return nextAt === null ? `**${state}**` : `**${state}**, tried again at ${nextAt}`;
}
