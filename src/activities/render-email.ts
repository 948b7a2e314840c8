import { messageIdFor } from '../domain/message/message-id.js';
import { renderMessage } from '../domain/message/render-message.js';
import { threadHeaders, type ThreadParent } from '../domain/message/threading.js';
import type { TokenValues } from '../domain/message/tokens.js';
import type { EmailContent } from '../domain/sequence/step.js';
import type { Instant } from '../domain/time/types.js';
import type { Correspondence } from '../db/queries/correspondence.js';
import { ComposeError } from '../mail/compose-error.js';
import { composeMessage } from '../mail/compose.js';

/** An email ready to go out, rendered once. */
export interface RenderedEmail {
  readonly kind: 'rendered';
  readonly messageId: string;
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly raw: Buffer;
}

export interface EmailToRender {
  readonly sendId: string;
  readonly content: EmailContent;
  /** What its tokens stand for. */
  readonly values: TokenValues;
  readonly people: Correspondence;
  readonly recipient: string;
  readonly parent: ThreadParent | undefined;
  readonly date: Instant;
  readonly messageIdKey: string;
}

/** Renders one email, or says which tokens lack a value (ERR-09), or that it cannot be composed at all. */
export async function renderEmail(
  email: EmailToRender,
): Promise<RenderedEmail | { readonly kind: 'missing_token' | 'send_failed' }> {
  const { contact, mailbox } = email.people;
  const rendered = renderMessage(email.content, email.values);
  if (!rendered.ok) return { kind: 'missing_token' };
  const { subject, html } = rendered.message;
  const domain = mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1);
  const messageId = messageIdFor({ sendId: email.sendId, domain, key: email.messageIdKey });
  const thread = threadHeaders(subject, email.parent);
  try {
    const raw = await composeMessage({
      messageId,
      date: email.date,
      from: { name: mailbox.displayName, address: mailbox.address },
      to: { name: fullName(contact), address: email.recipient },
      subject: thread.subject,
      html,
      references: thread.references,
      ...(thread.inReplyTo === undefined ? {} : { inReplyTo: thread.inReplyTo }),
    });
    const { references } = thread;
    const inReplyTo = thread.inReplyTo ?? null;
    return { kind: 'rendered', messageId, subject: thread.subject, inReplyTo, references, raw };
  } catch (error) {
    if (error instanceof ComposeError) return { kind: 'send_failed' };
    throw error;
  }
}

function fullName(contact: Correspondence['contact']): string {
  return [contact.firstName, contact.lastName]
    .filter((part) => part !== null)
    .join(' ')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}
