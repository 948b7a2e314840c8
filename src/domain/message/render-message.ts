import { renderForPerson } from './render-for-person.js';
import { renderTemplate, type MissingValue } from './render-template.js';
import { parseTemplate, type TokenValues } from './tokens.js';

/** A subject and a body, with tokens or with what they stand for. */
export interface MessageText {
  readonly subject: string;
  readonly html: string;
}

/** A token without a value that can be used and without a fallback, and where it stands. */
export interface MissingInMessage extends MissingValue {
  readonly field: keyof MessageText;
}

export type RenderedMessage =
  | { readonly ok: true; readonly message: MessageText }
  | {
      readonly ok: false;
      readonly missing: readonly MissingInMessage[];
      /** What is wrong where no token is missing. */
      readonly problem?: 'too_long' | 'bad_template' | 'active_content';
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
  const problem = subject.problem ?? html.problem;
  return {
    ok: false,
    missing: [...subject.missing, ...html.missing],
    ...(problem !== undefined && { problem }),
    message: {
      subject: renderForPerson(content.subject, values, 'subject'),
      html: renderForPerson(content.html, values, 'html'),
    },
  };
}

interface RenderedField {
  readonly text?: string;
  readonly missing: readonly MissingInMessage[];
  readonly problem?: 'too_long' | 'bad_template';
}

function render(
  content: MessageText,
  field: keyof MessageText,
  values: TokenValues,
): RenderedField {
  const parsed = parseTemplate(content[field]);
  // Texts are checked when they are saved; one that is no valid template now is never sent.
  if (!parsed.ok) return { missing: [], problem: 'bad_template' };
  const rendered = renderTemplate(parsed.template, values, field);
  if (rendered.ok) return { text: rendered.text, missing: [] };
  if (rendered.missing.length === 0) return { missing: [], problem: 'too_long' };
  return { missing: rendered.missing.map((missing) => ({ field, ...missing })) };
}
