import type { ThreadParent } from '../../domain/message/threading.js';
import type { Threading } from '../../domain/sequence/step.js';
import type { Tx } from '../client.js';
import { findSend } from './email-sends.js';

/**
 * The earlier email that a step answers, as it was sent from the same mailbox (SEQ-09, SEQ-10, TSK-21): an automated
 * email or a task's email, whichever its step sent. Undefined for a step that opens a thread, and where that email was
 * never sent; `isMissing` tells the two apart.
 */
export async function findThreadParent(
  tx: Tx,
  row: { readonly accountId: string; readonly id: string; readonly mailboxId: string },
  threading: Threading,
): Promise<{ readonly parent?: ThreadParent; readonly isMissing: boolean }> {
  if (threading.kind === 'new') return { isMissing: false };
  const { accountId, id: enrollmentId, mailboxId } = row;
  const found = await findSend(tx, { accountId, enrollmentId, stepId: threading.toStepId });
  const send = found?.send;
  if (send?.state !== 'sent' || send.mailboxId !== mailboxId) return { isMissing: true };
  const { messageId, serverMessageId, references, inReplyTo, subject } = send;
  const parent = {
    messageId,
    references,
    subject,
    ...(serverMessageId === null ? {} : { serverMessageId }),
    ...(inReplyTo === null ? {} : { inReplyTo }),
  };
  return { parent, isMissing: false };
}
