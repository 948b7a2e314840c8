import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { BulkInput, BulkProgress } from '../contract/bulk.js';
import { installationOf } from '../contract/installation.js';
import { enrolling, onBulkQueue } from './proxies.js';

/**
 * One bulk enrollment or import: has an activity enroll some contacts, waits, and goes on until none is left. The activity
 * chooses the contacts and says how long to wait.
 */
export async function bulkEnrollment(input: BulkInput): Promise<BulkProgress> {
  const { accountId, bulkId } = input;
  const ref = { accountId, bulkId, ...installationOf(input) };
  let { progress } = input;
  try {
    while (progress.state === 'running') {
      if (workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof bulkEnrollment>({ ...input, progress });
      }
      setCurrentDetails(details(progress));
      const at = new Date().toISOString();
      progress = await enrolling.enrollItems.executeWithOptions(
        { ...onBulkQueue(), summary: 'enroll some' },
        [{ ...ref, at }],
      );
      setCurrentDetails(details(progress));
      if (progress.state === 'running') {
        await sleep(Math.max(1, progress.waitMs), { summary: `${progress.pending} are left` });
      }
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // It was cancelled in the Temporal UI, and Postgres must say so too.
    await CancellationScope.nonCancellable(() =>
      enrolling.cancelBulk.executeWithOptions({ summary: 'cancel' }, [
        { ...ref, at: new Date().toISOString() },
      ]),
    );
    throw error;
  }
  return progress;
}

function details({ state, enrolled, refused, pending }: BulkProgress): string {
  return [
    `**${state}**`,
    '',
    `- ${enrolled} enrolled`,
    `- ${refused} refused`,
    `- ${pending} to come`,
  ].join('\n');
}
