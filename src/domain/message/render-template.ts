import { asciiDomain } from './address.js';
import { encodeFor } from './address-part.js';
import { createHtmlScanner, type HtmlSlot } from './html-slot.js';
import { isMissingValue } from './missing-value.js';
import { inOneLine } from './one-line.js';
import { placeholdersAreValues, type Template, type Token, type TokenValues } from './tokens.js';

export type RenderContext = 'html' | 'text' | 'subject';

export type RenderResult =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      /** Paths without a value and without a fallback, each once, in order of appearance; none where it becomes too long. */
      readonly missing: readonly string[];
      /** What was rendered of a text that becomes too long; for looking at only. */
      readonly begun?: string;
    };

/** How long a text can become by what its tokens stand for, in UTF-16 code units. */
export const maxRenderedLength = 200_000;

/**
 * Puts one contact's values in (SEQ-27). Preview and send both use it, so that they cannot differ.
 *
 * A value is trimmed, put in once and never read as a template. It is escaped for its context: in `html` for the very place
 * it lands in, in `subject` control characters and line breaks collapse to one space, in `text` it stays as it is.
 * A missing value (see `isMissingValue`) gives way to the fallback; without one nothing is rendered and all such paths are
 * listed (ERR-09), unless `standIn` says what a person is to read in its place. Where a value is to be a whole link address
 * in HTML, only http and https ones count as a value; in place of a server's name, only what is one. Where values and what stands around them would make a `{{`, a space comes
 * between the braces. Nothing becomes longer than 200,000 UTF-16 units.
 */
export function renderTemplate(
  template: Template,
  values: TokenValues,
  context: RenderContext,
  standIn?: (token: Token) => string,
): RenderResult {
  const scanner = createHtmlScanner();
  const valueOf = valueReader(values);
  const missing = new Set<string>();
  const output = new Output();
  for (const part of template.parts) {
    if (part.kind === 'literal') {
      output.add(part.text);
      if (context === 'html') scanner.read(part.text);
    } else {
      const slot = context === 'html' ? scanner.slot() : undefined;
      const value = valueOf(part, slot) ?? standIn?.(part);
      if (value === undefined) missing.add(part.path);
      else output.add(slot === undefined ? value : escapeHtml(value, slot));
      scanner.skipValue(value ?? part.path);
    }
    if (output.isFull) return { ok: false, missing: [], begun: output.text(context) };
  }
  if (missing.size > 0) return { ok: false, missing: [...missing] };
  return { ok: true, text: output.text(context) };
}

/** What has been rendered so far. */
class Output {
  readonly #pieces: string[] = [];
  #length = 0;
  #endsWithBrace = false;
  isFull = false;

  add(piece: string): void {
    if (piece === '') return;
    const space = this.#endsWithBrace && piece.startsWith('{') ? ' ' : '';
    this.#length += space.length + piece.length;
    this.isFull = this.#length > maxRenderedLength;
    if (this.isFull) return;
    this.#pieces.push(space, piece);
    this.#endsWithBrace = piece.endsWith('{');
  }

  text(context: RenderContext): string {
    const text = this.#pieces.join('');
    return context === 'subject' ? inOneLine(text) : text;
  }
}

/** Reads values; each is looked at once, however many tokens stand for it. A fallback is HTML where it stands in HTML. */
function valueReader(
  values: TokenValues,
): (token: Token, slot: HtmlSlot | undefined) => string | undefined {
  const usable = new Map<string, string | undefined>();
  const account = { placeholdersAreValues: values[placeholdersAreValues] ?? false };
  return ({ path, fallback }, slot) => {
    if (!usable.has(path)) {
      const value = Object.hasOwn(values, path) ? values[path]?.trim() : undefined;
      usable.set(path, isMissingValue(value, account) ? undefined : value);
    }
    const value = usable.get(path);
    if (value !== undefined && fits(value, slot)) return value;
    return slot === undefined || fallback === undefined ? fallback : plainText(fallback);
  };
}

/** Whether a value leads somewhere where it has to. */
function fits(value: string, slot: HtmlSlot | undefined): boolean {
  if (slot === 'start') return /^https?:\/\/[^/\s]/i.test(value);
  return slot !== 'host' || hostForm.test(value) || asciiDomain(value) !== undefined;
}

/** The name of a server, or a part of one. */
const hostForm = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What a fallback says that is written as HTML. */
function plainText(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => characters[entity] ?? entity);
}

const characters: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(entities).map(([plain, entity]) => [entity, plain])),
  '&nbsp;': '\u00A0',
};

function escapeHtml(value: string, slot: HtmlSlot): string {
  const plain = plainFor(value, slot);
  return plain.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function plainFor(value: string, slot: HtmlSlot): string {
  switch (slot) {
    case 'text':
      return value;
    case 'start':
      return value.replace(/\s+/g, '%20');
    case 'inert':
      return encodeFor('scheme', value);
    case 'host':
      return hostForm.test(value) ? value : (asciiDomain(value) ?? encodeFor('host', value));
    default:
      return encodeFor(slot, value);
  }
}
