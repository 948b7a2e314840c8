import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  log,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { RoundsInput } from '../contract/rounds.js';

/**
 * Works round by round until its time is over, when the schedule has begun the next run. Any number of these may run at
 * once.
 */
export async function inRounds(input: RoundsInput, round: () => Promise<unknown>): Promise<void> {
  const everyMs = input.everySeconds * 1000;
  const endsAtMs = input.endsAtMs ?? Date.now() + input.forSeconds * 1000;
  for (;;) {
    await round();
    if (Date.now() + everyMs > endsAtMs) return;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<(next: RoundsInput) => Promise<void>>({ ...input, endsAtMs });
    }
    await sleep(everyMs, { summary: 'until the next round' });
  }
}

/** What fails is left to the next round. */
export async function attempt(activity: Promise<unknown>): Promise<void> {
  try {
    await activity;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    log.warn('a part of a round failed', { activity: error.activityType });
  }
}
