import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { normalizeAddress } from '../../domain/message/address.js';
import { isOneLine } from '../../domain/message/one-line.js';
import type { Instant } from '../../domain/time/types.js';
import { isHarmless } from '../../html/active-content.js';
import { textOfHtml } from '../../html/text-of-html.js';
import { ComposeError } from './compose-error.js';

export interface Correspondent {
  readonly name?: string;
  readonly address: string;
}

/** One email to one person, already rendered. Ids carry their angle brackets. */
export interface ComposeInput {
  readonly messageId: string;
  /** The Date header, to the second. It is stored with the send, so that a mail that is built again has the same one. */
  readonly date: Instant;
  readonly from: Correspondent;
  readonly to: Correspondent;
  readonly subject: string;
  /** At least one of `html` and `text`; the text part is derived from `html` when it is not given. */
  readonly html?: string;
  readonly text?: string;
  readonly inReplyTo?: string;
  /** Oldest first. */
  readonly references?: readonly string[];
  /** Further headers, such as List-Unsubscribe; none that is set here already. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Two braces, also as entities. Those that only markup keeps apart are no token, and stand apart in the derived text. */
const tokenOpening = /(?:\{|&#0*123;?|&#x0*7b;?|&(?:lbrace|lcub);){2}/i;
const messageIdForm = /^<[!-;=?-~]{1,996}>$/;
/** The most characters of a line, its end apart (RFC 5322, 2.1.1). */
const longestLine = 998;
const headerName = /^[A-Za-z][A-Za-z0-9-]{0,75}$/;
const reservedHeader =
  /^(?:from|sender|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|return-path|received|dkim-signature)$/i;

/**
 * Builds the bytes of one message. Equal input gives equal bytes: the MIME boundary comes from the Message-ID and nothing
 * from a clock or from chance, so a repeated attempt sends what the first one sent.
 *
 * Files and URLs named in the content are never read. Rejects with ComposeError for control characters in any header
 * field, a header that is set here already, an id without angle brackets, a malformed address or date, a message with neither
 * `html` nor `text`, a `{{` left over in subject or body, the derived text part included (ERR-09), and HTML that would run
 * something.
 */
export async function composeMessage(input: ComposeInput): Promise<Buffer> {
  checkHeaders(input);
  checkAddress(input.from);
  checkAddress(input.to);
  checkIds([input.messageId, ...(input.references ?? []), input.inReplyTo ?? input.messageId]);
  const date = new Date(input.date);
  if (Number.isNaN(date.getTime())) throw new ComposeError('bad_date', 'date is no instant');
  const text = textOf(input);
  checkContent(input, text);
  const composer = new MailComposer({
    from: correspondent(input.from),
    to: correspondent(input.to),
    subject: input.subject,
    date,
    text,
    headers: { ...input.headers, ...idHeaders(input) },
    ...(input.html !== undefined && { html: input.html }),
    ...(input.references && { references: [...input.references] }),
    baseBoundary: createHash('sha256').update(input.messageId).digest('hex').slice(0, 32),
    boundaryPrefix: '--=',
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** An id alone in its header is not folded away from the header's name, which some servers misread. */
function idHeaders({ messageId, inReplyTo }: ComposeInput): Readonly<Record<string, object>> {
  const ids = {
    'Message-ID': messageId,
    ...(inReplyTo !== undefined && { 'In-Reply-To': inReplyTo }),
  };
  return Object.fromEntries(
    Object.entries(ids).map(([name, value]) => {
      const prepared = `${name}: ${value}`.length <= longestLine;
      return [name, { value, prepared }];
    }),
  );
}

function textOf(input: ComposeInput): string {
  if (input.text !== undefined) return input.text;
  if (input.html === undefined) {
    throw new ComposeError('no_content', 'either html or text is needed');
  }
  return textOfHtml(input.html);
}

function correspondent({ name, address }: Correspondent): { name: string; address: string } {
  return { name: name ?? '', address };
}

function checkContent(input: ComposeInput, text: string): void {
  if ([input.subject, input.html ?? '', text].some((part) => tokenOpening.test(part))) {
    throw new ComposeError('leftover_token', 'the rendered message still holds "{{"');
  }
  if (input.html !== undefined && !isHarmless(input.html)) {
    throw new ComposeError('active_content', 'the rendered message would run something');
  }
}

function checkHeaders(input: ComposeInput): void {
  const extra = Object.entries(input.headers ?? {});
  for (const [name] of extra) checkHeaderName(name);
  const values = [input.subject, input.from.name ?? '', input.to.name ?? ''];
  for (const value of [...values, ...extra.map(([, content]) => content)]) {
    if (!isOneLine(value)) {
      throw new ComposeError(
        'header_injection',
        'a header holds a line break or control character',
      );
    }
  }
}

function checkAddress({ address }: Correspondent): void {
  const read = normalizeAddress(address);
  if (!read.ok || read.address !== address) {
    throw new ComposeError('bad_address', 'an address is not in its normal form');
  }
}

function checkIds(ids: readonly string[]): void {
  if (!ids.every((id) => messageIdForm.test(id))) {
    throw new ComposeError(
      'bad_message_id',
      'a Message-ID lacks its angle brackets or holds spaces',
    );
  }
}

function checkHeaderName(name: string): void {
  if (!headerName.test(name)) throw new ComposeError('bad_header_name', 'a header name is none');
  if (reservedHeader.test(name)) {
    throw new ComposeError('reserved_header', `${name} cannot be set as a further header`);
  }
}
