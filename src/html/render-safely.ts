import {
  renderMessage,
  type MessageText,
  type RenderedMessage,
} from '../domain/message/render-message.js';
import type { TokenValues } from '../domain/message/tokens.js';
import { isHarmless } from './active-content.js';
import { cleanHtml } from './clean-html.js';
import { isPlainMarkup } from './plain-markup.js';

/**
 * Renders an email and looks again at the addresses in it as they have become. One that would run something, or lead
 * elsewhere than to the web or a mailbox, is not fit for sending, and is shown without such addresses.
 */
export function renderSafely(content: MessageText, values: TokenValues): RenderedMessage {
  const rendered = renderMessage(content, values);
  const { subject, html } = rendered.message;
  if (isKnownHarmless(html)) return rendered;
  const missing = rendered.ok ? [] : rendered.missing;
  const problem = rendered.ok ? 'active_content' : rendered.problem;
  const message = { subject, html: cleanHtml(html) };
  return { ok: false, missing, ...(problem !== undefined && { problem }), message };
}

/** HTML to be shown to a person; cleaned, unless it is harmless as it is. */
export function harmlessHtml(html: string): string {
  return isKnownHarmless(html) ? html : cleanHtml(html);
}

/** Texts that were cleaned when they were stored need no parser; those of earlier releases may. */
function isKnownHarmless(html: string): boolean {
  return isPlainMarkup(html) || isHarmless(html);
}
