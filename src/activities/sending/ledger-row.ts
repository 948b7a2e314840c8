import type { Correspondence } from '../../db/queries/correspondence.js';
import type { EmailSendRow, NewSend } from '../../db/queries/email-sends.js';
import { namedId } from '../../db/named-id.js';
import type { SmtpServer } from '../../mail/outgoing/port.js';
import type { Dispatch, RenderedEmail } from './render-email.js';
import type { Claimed } from './send-under-lease.js';

const sendNamespace = '6b1c2f04-52b5-4a0e-9a53-0d0c6e2a0f11';

/** Names the send of a step: the same for every attempt, retry and replay. */
export function sendIdOf(enrollmentId: string, stepId: string): string {
  return namedId(`${enrollmentId}/${stepId}`, sendNamespace);
}

/** The ledger's row of a step's email, as it was rendered to be dispatched. */
export function ledgerRow(
  step: Pick<NewSend, 'accountId' | 'enrollmentId' | 'stepId'>,
  { sendId, people, recipient, date }: Dispatch,
  { messageId, subject, inReplyTo, references, raw }: RenderedEmail,
): NewSend {
  const { accountId, enrollmentId, stepId } = step;
  return {
    accountId,
    id: sendId,
    enrollmentId,
    stepId,
    mailboxId: people.mailbox.id,
    recipient,
    messageId,
    subject,
    inReplyTo,
    references: [...references],
    raw,
    reservedAt: date,
  };
}

/** A row of the ledger whose lease was taken, and its mail, which is ready to go out. */
export function leasedSend(
  send: EmailSendRow,
  { mailbox }: Correspondence,
  server: SmtpServer,
): Claimed<EmailSendRow, never> {
  const { id, recipient, raw } = send;
  const mail = { mailbox, server, to: recipient, raw, dsnEnvelopeId: id, ids: { sendId: id } };
  return { kind: 'leased', lease: send, mail };
}
