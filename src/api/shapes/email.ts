import { z } from 'zod';
import type { EmailListing } from '../../db/queries/emails.js';
import { emailState } from '../../domain/sending/email-state.js';
import { printable } from '../../domain/sending/printable.js';
import { taskEmailStates } from '../../domain/task/task-email.js';
import { harmlessHtml } from '../../html/render-safely.js';
import type { ReadMail } from '../../mail/read-mail.js';
import { instantShape } from './common.js';

const threadShape = z.object({
  inReplyTo: z
    .object({
      messageId: z.string(),
      emailId: z.uuid().nullable(),
      stepId: z.string().nullable(),
    })
    .nullable()
    .meta({ description: 'The email that it answers; null in a new thread.' }),
  references: z.array(z.string()).meta({
    description: 'The Message-IDs of its thread, the oldest first.',
  }),
});

export const emailReply = z
  .object({
    id: z.uuid(),
    enrollmentId: z.uuid(),
    stepId: z.string(),
    taskId: z.uuid().nullable().meta({
      description: 'The manual email task that it was sent from; null for an automated email.',
    }),
    mailboxId: z.uuid(),
    recipient: z.string().nullable(),
    subject: z.string().nullable(),
    messageId: z.string(),
    serverMessageId: z.string().nullable().meta({
      description: 'The Message-ID that the provider put in its place, as the recipient sees it.',
    }),
    thread: threadShape,
    state: z.enum(taskEmailStates).meta({
      description:
        '`sending`; `deferred`: tried again later; `sent`: the mail server has it; `rejected`, `given_up` and `withdrawn`: nothing was delivered; `unknown`: it may have arrived, so look into the mailbox.',
    }),
    attempts: z.int(),
    reservedAt: instantShape.meta({ description: 'When it was rendered, and meant to be sent.' }),
    settledAt: instantShape.nullable().meta({
      description: 'When it was sent, or last refused or withdrawn; null before.',
    }),
    serverReply: z.string().nullable().meta({
      description: 'What the mail server said last: at most 200 characters of text.',
    }),
    textErasedAt: instantShape.nullable().meta({
      description:
        'Since when its text, recipient and server reply are no longer kept, and are null; null while they are. The subject stays as long as a later email may answer it.',
    }),
  })
  .meta({ id: 'Email' });

/** A mail of the ledger as lists show it. */
export function showEmail(found: EmailListing): z.input<typeof emailReply> {
  const { send, taskId, taskState: task, taskEmailState: email, answered } = found;
  const { inReplyTo: messageId, references, state, smtpReply, textErasedAt, ...about } = send;
  const isKept = textErasedAt === null;
  return {
    ...about,
    taskId,
    recipient: isKept ? send.recipient : null,
    subject: isKept || send.subject !== '' ? send.subject : null,
    thread: {
      inReplyTo:
        messageId === null
          ? null
          : { messageId, emailId: answered?.id ?? null, stepId: answered?.stepId ?? null },
      references: [...references],
    },
    state: emailState(state, task !== null && email !== null ? { task, email } : undefined),
    serverReply: smtpReply === null ? null : printable(smtpReply),
    textErasedAt,
  };
}

export const emailDetailReply = emailReply
  .extend({
    from: z.object({ name: z.string().nullable(), address: z.string() }).nullable(),
    html: z.string().nullable().meta({
      description: 'Its HTML part, without what would run something or lead elsewhere.',
    }),
    text: z.string().nullable().meta({ description: 'Its plain text part.' }),
  })
  .meta({ id: 'EmailDetail' });

/** A mail with what was read from its bytes; `read` is null once they are erased. */
export function showEmailDetail(
  found: EmailListing,
  read: ReadMail | null,
): z.input<typeof emailDetailReply> {
  const html = read?.html ?? null;
  return {
    ...showEmail(found),
    from: read?.from ?? null,
    html: html === null ? null : harmlessHtml(html),
    text: read?.text ?? null,
  };
}
