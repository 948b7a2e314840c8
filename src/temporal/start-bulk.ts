import { TypedSearchAttributes } from '@temporalio/common';
import { bulkWorkflowId, bulkWorkflowType, type BulkStart } from '../contract/bulk.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { startOnce, type Reuse, type Started, type StartingDeps } from './start-once.js';

/** Starts the run of a bulk enrollment where it stands, unless there is one. */
export async function startBulk(
  deps: StartingDeps,
  begin: BulkStart,
  reuse: Reuse,
): Promise<Started> {
  const { input, sequenceId, sequenceName, senderId } = begin;
  const run = {
    type: bulkWorkflowType,
    workflowId: bulkWorkflowId(input.bulkId),
    input,
    attributes: new TypedSearchAttributes([
      { key: searchAttributes.accountId, value: input.accountId },
      { key: searchAttributes.sequenceId, value: sequenceId },
      { key: searchAttributes.sequence, value: sequenceName },
      { key: searchAttributes.senderId, value: senderId },
    ]),
    summary: `${begin.kind}: ${input.progress.pending} contacts into ${sequenceName}`,
    details: [
      `Enrolls ${input.progress.pending} contacts in **${sequenceName}**, some at a time.`,
      '',
      `- Bulk enrollment \`${input.bulkId}\``,
      '',
      'Under "More Actions": Cancel enrolls no more; who is enrolled stays so.',
    ],
  };
  return startOnce(deps, run, reuse);
}
