import { Parser } from 'htmlparser2';
import { leadingToken, type MaskedText } from '../domain/message/mask-tokens.js';

/** Something in HTML that a mail must not have, worded for the person who wrote it. */
export interface ActiveContent {
  readonly code: 'active_content' | 'unsupported_link' | 'unsupported_image' | 'too_deep';
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
const anyScheme = /^[a-z][a-z\d+.-]*:/i;
const harmlessScheme = /^(?:https?|mailto):/i;
/** How deep tags may stand in each other. A reader of markup goes through all open tags at each one that is closed. */
const maxDepth = 1000;

/**
 * Everything in a text, its tokens masked, that is refused rather than cleaned away: scripts, event handlers, frames,
 * forms and addresses with a script in them. Links and images that would lose their address are refused too. What is nested
 * too deeply is not read any further.
 */
export function activeContent({ text, tokens }: MaskedText): readonly ActiveContent[] {
  const found: ActiveContent[] = [];
  readTags(text, (tag, attributes, position) => {
    if (tag === tooDeep) {
      const message = `Tags stand at most ${maxDepth} deep in each other.`;
      found.push({ code: 'too_deep', message, position });
    } else if (activeTags.test(tag)) {
      const message = `<${tag}> cannot stand in a mail: remove it.`;
      found.push({ code: 'active_content', message, position });
    } else {
      for (const [name, value] of Object.entries(attributes)) {
        const refusal = refusalOf({ tag, name, value, tokens });
        if (refusal) found.push({ ...refusal, position });
      }
    }
  });
  return found;
}

/**
 * Whether HTML without tokens runs nothing and leads nowhere but to the web and to mail addresses. Asked of what is rendered,
 * where an address has become what it is only by what its tokens stand for.
 */
export function isHarmless(html: string): boolean {
  let harmless = true;
  readTags(html, (tag, attributes) => {
    const isCode =
      tag === tooDeep ||
      activeTags.test(tag) ||
      Object.entries(attributes).some(([name, value]) => isUnsafe(tag, name, value));
    harmless &&= !isCode;
  });
  return harmless;
}

function isUnsafe(tag: string, name: string, value: string): boolean {
  const address = addressIn(value);
  if (isActive(tag, name, address)) return true;
  return addressAttributes.test(name) && anyScheme.test(address) && !harmlessScheme.test(address);
}

/** Stands for a tag that is not read, nor anything after it. */
const tooDeep = '';

function readTags(
  text: string,
  note: (tag: string, attributes: Readonly<Record<string, string>>, position: number) => void,
): void {
  let depth = 0;
  const parser = new Parser({
    onclosetag: () => {
      depth -= 1;
    },
    onopentag: (tag, attributes) => {
      depth += 1;
      if (depth > maxDepth) parser.pause();
      note(depth > maxDepth ? tooDeep : tag, attributes, parser.startIndex);
    },
  });
  parser.write(text);
  if (depth <= maxDepth) parser.end();
}

interface Attribute {
  readonly tag: string;
  readonly name: string;
  readonly value: string;
  readonly tokens: readonly string[];
}

function refusalOf(attribute: Attribute): Omit<ActiveContent, 'position'> | undefined {
  const { tag, name, value } = attribute;
  const address = addressIn(value);
  if (isActive(tag, name, address)) {
    const message = `The attribute ${name} of <${tag}> runs a script: remove it.`;
    return { code: 'active_content', message };
  }
  if (tag === 'a' && name === 'href') return linkRefusal(attribute, address);
  if (tag === 'img' && name === 'src') return imageRefusal(attribute, address);
  return undefined;
}

/** A value without white space and control characters, which browsers ignore in a scheme. */
function addressIn(value: string): string {
  return value.replace(/[\p{Cc}\p{Z}]+/gu, '');
}

function isActive(tag: string, name: string, address: string): boolean {
  return (
    /^on/.test(name) ||
    name === 'srcdoc' ||
    (name === 'style' && scriptStyle.test(address)) ||
    (addressAttributes.test(name) && scriptScheme.test(address) && !isDataImage(tag, address))
  );
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

/**
 * Whether an address begins with such a scheme, or with a token that must stand for one that does. After a token that may
 * stand for nothing, it is the rest that leads somewhere.
 */
function leadsSomewhere({ text, tokens }: MaskedText, scheme: RegExp): boolean {
  let rest = text;
  for (;;) {
    if (scheme.test(rest)) return true;
    const leading = leadingToken({ text: rest, tokens });
    if (leading === undefined) return false;
    const bar = leading.token.indexOf('|');
    if (bar < 0) return true;
    const fallback = leading.token.slice(bar + 1, -2).trim();
    if (fallback !== '') return scheme.test(fallback);
    rest = rest.slice(leading.length);
    if (rest === '' || rest.startsWith('#')) return true;
  }
}
