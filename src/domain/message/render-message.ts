import { renderForPerson } from './render-for-person.js';
import { renderTemplate } from './render-template.js';
import { parseTemplate, type TokenValues } from './tokens.js';

/** A subject and a body, with tokens or with what they stand for. */
export interface MessageText {
  readonly subject: string;
  readonly html: string;
}

/** A token without a value and without a fallback, and where it stands. */
export interface MissingInMessage {
  readonly field: keyof MessageText;
  /** The token's path, such as `company.name`. */
  readonly token: string;
}

export type RenderedMessage =
  | { readonly ok: true; readonly message: MessageText }
  | {
      readonly ok: false;
      /** None where the text becomes too long, or is no valid template. */
      readonly missing: readonly MissingInMessage[];
      /** For looking at only, never for sending: the path in brackets stands for what is missing. */
      readonly message: MessageText;
    };

/** The email that one contact gets (SEQ-27, ERR-09). Sending and every preview use it, so that they cannot differ. */
export function renderMessage(content: MessageText, values: TokenValues): RenderedMessage {
  const subject = render(content, 'subject', values);
  const html = render(content, 'html', values);
  if (subject.text !== undefined && html.text !== undefined) {
    return { ok: true, message: { subject: subject.text, html: html.text } };
  }
  return {
    ok: false,
    missing: [...subject.missing, ...html.missing],
    message: {
      subject: renderForPerson(content.subject, values, 'subject'),
      html: renderForPerson(content.html, values, 'html'),
    },
  };
}

interface RenderedField {
  readonly text?: string;
  readonly missing: readonly MissingInMessage[];
}

function render(
  content: MessageText,
  field: keyof MessageText,
  values: TokenValues,
): RenderedField {
  const parsed = parseTemplate(content[field]);
  // Texts are checked when they are saved; one that is no valid template now is never sent.
  if (!parsed.ok) return { missing: [] };
  const rendered = renderTemplate(parsed.template, values, field);
  if (rendered.ok) return { text: rendered.text, missing: [] };
  return { missing: rendered.missing.map((token) => ({ field, token })) };
}
