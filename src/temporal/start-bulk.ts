import type { Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdReusePolicy } from '@temporalio/common';
import { bulkWorkflowId, bulkWorkflowType, type BulkStart } from '../contract/bulk.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { isAlreadyStarted } from './already-started.js';

/** Starts the run of a bulk enrollment, unless there was one; one that was cancelled meanwhile needs none. */
export async function startBulk(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  begin: BulkStart,
): Promise<void> {
  const { input, sequenceId, sequenceName, senderId } = begin;
  if (input.progress.state !== 'running') return;
  try {
    await client.workflow.start(bulkWorkflowType, {
      taskQueue,
      workflowId: bulkWorkflowId(input.bulkId),
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      args: [input],
      priority: { fairnessKey: input.accountId },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.accountId, value: input.accountId },
        { key: searchAttributes.sequenceId, value: sequenceId },
        { key: searchAttributes.sequence, value: sequenceName },
        { key: searchAttributes.senderId, value: senderId },
      ]),
      staticSummary: `${begin.kind}: ${input.progress.pending} contacts into ${sequenceName}`,
      staticDetails: [
        `Enrolls ${input.progress.pending} contacts in **${sequenceName}**, some at a time.`,
        '',
        `- Bulk enrollment \`${input.bulkId}\``,
        '',
        'Under "More Actions": Cancel enrolls no more; who is enrolled stays so.',
      ].join('\n'),
    });
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
  }
}
