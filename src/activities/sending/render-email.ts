import { domainOf } from '../../domain/message/address.js';
import { fullName } from '../../domain/message/full-name.js';
import { inOneLine } from '../../domain/message/one-line.js';
import { messageIdFor, type MessageIdKeys } from '../../domain/message/message-id.js';
import { renderMessage, type MessageText } from '../../domain/message/render-message.js';
import { threadHeaders, type ThreadParent } from '../../domain/message/threading.js';
import type { TokenValues } from '../../domain/message/tokens.js';
import type { LogData } from '../../domain/enrollment/log.js';
import type { SendProblem } from '../../domain/sending/send-problem.js';
import type { EmailContent } from '../../domain/sequence/step.js';
import type { Instant } from '../../domain/time/types.js';
import type { Correspondence } from '../../db/queries/correspondence.js';
import { ComposeError } from '../../mail/outgoing/compose-error.js';
import { composeMessage } from '../../mail/outgoing/compose.js';

/** An email ready to go out, rendered once. */
export interface RenderedEmail {
  readonly kind: 'rendered';
  readonly messageId: string;
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly raw: Buffer;
}

/** What an email needs besides its text to become the bytes that go out. */
export interface Dispatch {
  readonly sendId: string;
  readonly people: Correspondence;
  readonly recipient: string;
  readonly parent: ThreadParent | undefined;
  readonly date: Instant;
  readonly messageIdKeys: MessageIdKeys;
}

export interface EmailToRender extends Dispatch {
  readonly content: EmailContent;
  /** What its tokens stand for. */
  readonly values: TokenValues;
}

/** An email that cannot be rendered: what ends its enrollment, and what the log tells of that. */
export type Unrendered =
  | { readonly kind: 'missing_token'; readonly data: Required<Pick<LogData, 'missing'>> }
  | { readonly kind: 'send_failed'; readonly data: { readonly problem: SendProblem } };

/** Renders one email, or says which tokens lack a value (ERR-09), or why it cannot be composed at all. */
export async function renderEmail({
  content,
  values,
  ...dispatch
}: EmailToRender): Promise<RenderedEmail | Unrendered> {
  const rendered = renderMessage(content, values);
  if (rendered.ok) return composeEmail(rendered.message, dispatch);
  const { missing, problem } = rendered;
  if (problem !== undefined) return { kind: 'send_failed', data: { problem } };
  // The log names fields and tokens, and none of their values.
  const named = missing.map(({ field, token, needs }) => ({
    ...{ field, token },
    ...(needs !== undefined && { needs }),
  }));
  return { kind: 'missing_token', data: { missing: named } };
}

/** Composes an email from a text without tokens, as an answer within its thread; or says why it cannot be composed. */
export async function composeEmail(
  { subject, html }: MessageText,
  email: Dispatch,
): Promise<RenderedEmail | Extract<Unrendered, { readonly kind: 'send_failed' }>> {
  const { contact, mailbox } = email.people;
  const domain = domainOf(mailbox.address);
  const messageId = messageIdFor({ sendId: email.sendId, domain, keys: email.messageIdKeys });
  const thread = threadHeaders(subject, email.parent);
  try {
    const raw = await composeMessage({
      messageId,
      date: email.date,
      from: { name: inOneLine(mailbox.displayName), address: mailbox.address },
      to: { name: headerName(contact), address: email.recipient },
      subject: thread.subject,
      html,
      references: thread.references,
      ...(thread.inReplyTo === undefined ? {} : { inReplyTo: thread.inReplyTo }),
    });
    const { references } = thread;
    const inReplyTo = thread.inReplyTo ?? null;
    return { kind: 'rendered', messageId, subject: thread.subject, inReplyTo, references, raw };
  } catch (error) {
    if (error instanceof ComposeError) {
      return { kind: 'send_failed', data: { problem: error.code } };
    }
    throw error;
  }
}

function headerName(contact: Correspondence['contact']): string {
  return inOneLine(fullName(contact) ?? '');
}
