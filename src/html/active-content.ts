import { Parser } from 'htmlparser2';
import { leadingToken, type MaskedText } from '../domain/message/mask-tokens.js';

/** Something in HTML that a mail must not have, worded for the person who wrote it. */
export interface ActiveContent {
  readonly code: 'active_content' | 'unsupported_link' | 'unsupported_image';
  readonly message: string;
  /** Where the tag begins, in UTF-16 code units. */
  readonly position: number;
}

const activeTags =
  /^(?:script|iframe|frame|frameset|object|embed|applet|form|input|button|select|textarea|base|svg|math)$/;
const addressAttributes =
  /^(?:href|src|action|formaction|background|poster|cite|data|srcset|longdesc|xlink:href)$/;
const scriptScheme = /^(?:javascript|vbscript|livescript|data):/i;
const scriptStyle = /expression\s*\(|(?:javascript|vbscript)\s*:|-moz-binding|behavior\s*:/i;
const linkScheme = /^(?:https?:\/\/|mailto:)/i;
const imageScheme = /^https:\/\//i;

/**
 * Everything in a text, its tokens masked, that is refused rather than cleaned away: scripts, event handlers, frames,
 * forms and addresses with a script in them. Links and images that would lose their address are refused too.
 */
export function activeContent({ text, tokens }: MaskedText): readonly ActiveContent[] {
  const found: ActiveContent[] = [];
  const parser = new Parser({
    onopentag: (tag, attributes) => {
      const position = parser.startIndex;
      if (activeTags.test(tag)) {
        const message = `<${tag}> cannot stand in a mail: remove it.`;
        found.push({ code: 'active_content', message, position });
        return;
      }
      for (const [name, value] of Object.entries(attributes)) {
        const refusal = refusalOf({ tag, name, value, tokens });
        if (refusal) found.push({ ...refusal, position });
      }
    },
  });
  parser.write(text);
  parser.end();
  return found;
}

interface Attribute {
  readonly tag: string;
  readonly name: string;
  readonly value: string;
  readonly tokens: readonly string[];
}

function refusalOf(attribute: Attribute): Omit<ActiveContent, 'position'> | undefined {
  const { tag, name, value } = attribute;
  // Browsers ignore white space and control characters in a scheme.
  const address = value.replace(/[\p{Cc}\p{Z}]+/gu, '');
  const isActive =
    /^on/.test(name) ||
    name === 'srcdoc' ||
    (name === 'style' && scriptStyle.test(address)) ||
    (addressAttributes.test(name) && scriptScheme.test(address) && !isDataImage(tag, address));
  if (isActive) {
    const message = `The attribute ${name} of <${tag}> runs a script: remove it.`;
    return { code: 'active_content', message };
  }
  if (tag === 'a' && name === 'href') return linkRefusal(attribute, address);
  if (tag === 'img' && name === 'src') return imageRefusal(attribute, address);
  return undefined;
}

function isDataImage(tag: string, address: string): boolean {
  return tag === 'img' && /^data:image\/(?!svg)/i.test(address);
}

function linkRefusal(
  { tokens }: Attribute,
  address: string,
): Omit<ActiveContent, 'position'> | undefined {
  if (address === '' || address.startsWith('#')) return undefined;
  if (leadsSomewhere({ text: address, tokens }, linkScheme)) return undefined;
  const message = 'A link begins with https://, http:// or mailto:, or with a token that does.';
  return { code: 'unsupported_link', message };
}

function imageRefusal(
  { tokens }: Attribute,
  address: string,
): Omit<ActiveContent, 'position'> | undefined {
  if (address === '' || leadsSomewhere({ text: address, tokens }, imageScheme)) return undefined;
  const message =
    'The address of an image begins with https://: upload it somewhere and link to it.';
  return { code: 'unsupported_image', message };
}

/** Whether an address begins with such a scheme, or with a token whose fallback, if it has one, does. */
function leadsSomewhere(address: MaskedText, scheme: RegExp): boolean {
  if (scheme.test(address.text)) return true;
  const token = leadingToken(address);
  if (token === undefined) return false;
  const bar = token.indexOf('|');
  const fallback = bar < 0 ? '' : token.slice(bar + 1, -2).trim();
  return fallback === '' || scheme.test(fallback);
}
