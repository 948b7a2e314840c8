import { createHtmlScanner, type HtmlScanner } from './html-slot.js';
import { isMissingValue } from './missing-value.js';
import { inOneLine } from './one-line.js';
import type { Template, Token, TokenValues } from './tokens.js';

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
 * in HTML, only http and https ones count as a value. Where values and what stands around them would make a `{{`, a space comes
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
      const isUrl = context === 'html' && scanner.slot() === 'url';
      const value = valueOf(part, isUrl) ?? standIn?.(part);
      if (value === undefined) missing.add(part.path);
      else output.add(context === 'html' ? escapeHtml(value, scanner) : value);
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

/** Reads values; each is looked at once, however many tokens stand for it. */
function valueReader(
  values: TokenValues,
): (token: Token, mustBeUrl: boolean) => string | undefined {
  const usable = new Map<string, string | undefined>();
  return ({ path, fallback }, mustBeUrl) => {
    if (!usable.has(path)) {
      const value = Object.hasOwn(values, path) ? values[path]?.trim() : undefined;
      usable.set(path, isMissingValue(value) ? undefined : value);
    }
    const value = usable.get(path);
    const fits = !mustBeUrl || /^https?:\/\/[^/\s]/i.test(value ?? '');
    return fits ? (value ?? fallback) : fallback;
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(value: string, scanner: HtmlScanner): string {
  const slot = scanner.slot();
  if (slot === 'inert') return percentEncode(value);
  if (slot === 'url_part') {
    const encoded = percentEncode(value);
    return scanner.inMailto() ? encoded.replaceAll('%40', '@') : encoded;
  }
  const plain = slot === 'url' ? value.replace(/\s+/g, '%20') : value;
  return plain.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Leaves letters, digits and percent signs only. A lone surrogate becomes U+FFFD first: it has no encoding. */
function percentEncode(value: string): string {
  return encodeURIComponent(Buffer.from(value, 'utf8').toString('utf8')).replace(
    /[!'()*._~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
