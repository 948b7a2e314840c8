import type { Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdReusePolicy } from '@temporalio/common';
import { searchAttributes } from '../contract/search-attributes.js';
import {
  taskEmailWorkflowId,
  taskEmailWorkflowType,
  type TaskEmailStart,
} from '../contract/task-email.js';
import { isAlreadyStarted } from './already-started.js';

/** Starts the run that sends the email of a task, unless there was one for this try. */
export async function startTaskEmail(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  begin: TaskEmailStart,
): Promise<void> {
  const { input, sequenceId, sequenceName, contactId, senderId } = begin;
  try {
    await client.workflow.start(taskEmailWorkflowType, {
      taskQueue,
      workflowId: taskEmailWorkflowId(input),
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      args: [input],
      priority: { fairnessKey: input.accountId },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.accountId, value: input.accountId },
        { key: searchAttributes.sequenceId, value: sequenceId },
        { key: searchAttributes.sequence, value: sequenceName },
        { key: searchAttributes.contactId, value: contactId },
        { key: searchAttributes.senderId, value: senderId },
      ]),
      staticSummary: `${sequenceName}: the email of a task`,
      staticDetails: [
        `Sends the email of a task of **${sequenceName}**, which a user has sent off.`,
        '',
        `- Task \`${input.taskId}\`, try ${input.number}`,
        `- Enrollment \`${input.enrollmentId}\``,
        '',
        'Under "More Actions": Cancel does not send it, unless its first byte has left; the task stays open.',
      ].join('\n'),
    });
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
  }
}
