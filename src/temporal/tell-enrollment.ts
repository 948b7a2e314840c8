import { WorkflowNotFoundError, WorkflowUpdateStage } from '@temporalio/client';
import { enrollmentWorkflowId } from '../contract/enrollment.js';
import {
  completeTaskUpdate,
  meetingSignal,
  outOfOfficeSignal,
  pauseUpdate,
  replySignal,
  resumeUpdate,
  skipStepUpdate,
  unenrollUpdate,
  versionChangedSignal,
  type MessageInput,
} from '../contract/messages.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { StartingDeps } from './start-once.js';

/** Passes a message on to the run of an enrollment, or says that the run is gone. */
export async function tellEnrollment(
  deps: StartingDeps,
  enrollmentId: string,
  message: EnrollmentMessage,
): Promise<'told' | 'gone'> {
  try {
    await pass(deps, enrollmentId, message);
    return 'told';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone';
    throw error;
  }
}

async function pass(
  { client }: StartingDeps,
  enrollmentId: string,
  message: EnrollmentMessage,
): Promise<void> {
  const handle = client.workflow.getHandle(enrollmentWorkflowId(enrollmentId));
  const { type, ...rest } = message;
  const input: MessageInput = rest;
  if (type === 'reply') return handle.signal(replySignal, input);
  if (type === 'outOfOffice') return handle.signal(outOfOfficeSignal, input);
  if (type === 'versionChanged') return handle.signal(versionChangedSignal, input);
  if (type === 'meeting') return handle.signal(meetingSignal, input);
  await handle.startUpdate(updates[type], {
    args: [input],
    updateId: message.messageId,
    waitForStage: WorkflowUpdateStage.ACCEPTED,
  });
}

const updates = {
  pause: pauseUpdate,
  resume: resumeUpdate,
  unenroll: unenrollUpdate,
  completeTask: completeTaskUpdate,
  skipStep: skipStepUpdate,
} as const;
