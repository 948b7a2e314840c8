import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  log,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { SweeperInput } from '../contract/sweeper.js';
import { maintenance, reminding } from './proxies.js';

/**
 * Sweeps again and again until its time is over, when the schedule has begun the next run: delivers to Temporal what a crash
 * or an outage left undelivered, looks after runs that are late, sends reminders that are due, tidies up. Any number of these may run at once.
 */
export async function sweeper(input: SweeperInput): Promise<void> {
  const everyMs = input.everySeconds * 1000;
  const endsAtMs = input.endsAtMs ?? Date.now() + input.forSeconds * 1000;
  for (;;) {
    await round();
    if (Date.now() + everyMs > endsAtMs) return;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof sweeper>({ ...input, endsAtMs });
    }
    await sleep(everyMs, { summary: 'until the next round' });
  }
}

/** All at once, so that none waits for another. */
async function round(): Promise<void> {
  const at = new Date().toISOString();
  await Promise.all([
    attempt(maintenance.sweepOutbox()),
    attempt(maintenance.checkRuns({ at })),
    attempt(reminding.sendReminders({ at })),
    attempt(maintenance.deleteOldSlots({ at })),
  ]);
}

/** What fails is left to the next round. */
async function attempt(activity: Promise<unknown>): Promise<void> {
  try {
    await activity;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    log.warn('a part of a sweep failed', { activity: error.activityType });
  }
}
