import { TypedSearchAttributes } from '@temporalio/common';
import { searchAttributes } from '../contract/search-attributes.js';
import {
  taskEmailWorkflowId,
  taskEmailWorkflowType,
  type TaskEmailStart,
} from '../contract/task-email.js';
import { startOnce, type Reuse, type Started, type StartingDeps } from './start-once.js';

/** Starts the run that sends the email of a task, unless there is one for this try. */
export async function startTaskEmail(
  deps: StartingDeps,
  begin: TaskEmailStart,
  reuse: Reuse,
): Promise<Started> {
  const { input, sequenceId, sequenceName, contactId, senderId } = begin;
  const run = {
    type: taskEmailWorkflowType,
    workflowId: taskEmailWorkflowId(input),
    input,
    attributes: new TypedSearchAttributes([
      { key: searchAttributes.accountId, value: input.accountId },
      { key: searchAttributes.sequenceId, value: sequenceId },
      { key: searchAttributes.sequence, value: sequenceName },
      { key: searchAttributes.contactId, value: contactId },
      { key: searchAttributes.senderId, value: senderId },
    ]),
    summary: `${sequenceName}: the email of a task`,
    details: [
      `Sends the email of a task of **${sequenceName}**, which a user has sent off.`,
      '',
      `- Task \`${input.taskId}\`, try ${input.number}`,
      `- Enrollment \`${input.enrollmentId}\``,
      '',
      'Under "More Actions": Cancel does not send it, unless its first byte has left; the task stays open.',
    ],
  };
  return startOnce(deps, run, reuse);
}
