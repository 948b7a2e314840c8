import { WorkflowNotFoundError } from '@temporalio/client';
import { enrollmentWorkflowId } from '../contract/enrollment.js';
import { versionChangedSignal } from '../contract/messages.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { StartingDeps } from './start-once.js';

/**
 * Has the run of an enrollment look into Postgres, where what the message says is written already, or says that the run is gone. It
 * waits for no worker, and runs of every release understand it.
 */
export async function tellEnrollment(
  { client }: StartingDeps,
  enrollmentId: string,
  { type, messageId }: EnrollmentMessage,
): Promise<'told' | 'gone'> {
  const handle = client.workflow.getHandle(enrollmentWorkflowId(enrollmentId));
  try {
    await handle.signal(versionChangedSignal, { messageId, said: type });
    return 'told';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone';
    throw error;
  }
}
