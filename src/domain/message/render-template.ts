import {
  encodeFor,
  encodeWritten,
  fitsAddress,
  type AddressPart,
  type AddressSoFar,
} from './address-part.js';
import { escapeHtml, plainText } from './html-text.js';
import { createHtmlScanner, type HtmlScanner, type HtmlSlot } from './html-slot.js';
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
 * in HTML, only http and https ones count as a value; in place of a server's name, only what is one and stays one; in a path
 * nothing but dots is none. What the author wrote as a fallback stays as it is in an address. Where values and what stands around them would make a `{{`, a space comes
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
  const putIn = (token: Token, index: number): void => {
    const place = context === 'html' ? placeOf(template, index, scanner) : undefined;
    const found = valueOf(token, place) ?? read(standIn?.(token));
    if (found === undefined) missing.add(token.path);
    else output.add(escapedFor(found, place));
    scanner.skipValue(found?.text ?? token.path, found?.wrote);
  };
  for (const [index, part] of template.parts.entries()) {
    if (part.kind === 'token') {
      putIn(part, index);
    } else {
      output.add(part.text);
      if (context === 'html') scanner.read(part.text);
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

/** Where in HTML a value is to stand. */
interface Place {
  readonly slot: HtmlSlot;
  readonly address: AddressSoFar;
  /** The text that comes next. */
  readonly next: string;
}

function placeOf({ parts }: Template, index: number, scanner: HtmlScanner): Place {
  const after = parts[index + 1];
  const next = after?.kind === 'literal' ? after.text : '';
  return { slot: scanner.slot(), address: scanner.address(), next };
}

/** What a token stands for; `wrote` tells what the author wrote from what is known of somebody. */
interface Found {
  readonly text: string;
  readonly wrote: boolean;
}

function read(text: string | undefined): Found | undefined {
  return text === undefined ? undefined : { text, wrote: false };
}

/** Reads values; each is looked at once, however many tokens stand for it. A fallback is HTML where it stands in HTML. */
function valueReader(
  values: TokenValues,
): (token: Token, place: Place | undefined) => Found | undefined {
  const usable = new Map<string, string | undefined>();
  const account = { placeholdersAreValues: values[placeholdersAreValues] ?? false };
  return ({ path, fallback }, place) => {
    if (!usable.has(path)) {
      const value = Object.hasOwn(values, path) ? values[path]?.trim() : undefined;
      usable.set(path, isMissingValue(value, account) ? undefined : value);
    }
    const value = usable.get(path);
    if (value !== undefined && fits(value, place)) return read(value);
    if (fallback === undefined || (fallback === '' && !fits('', place))) return undefined;
    return { text: place === undefined ? fallback : plainText(fallback), wrote: true };
  };
}

/** Whether a value may stand there; nothing may stand at the start of an address. */
function fits(value: string, place: Place | undefined): boolean {
  if (place === undefined || !isAddressPart(place.slot)) return true;
  if (value === '' && place.slot === 'start') return true;
  return fitsAddress(value, place.address, place.next);
}

function isAddressPart(slot: HtmlSlot): slot is AddressPart {
  return slot !== 'text' && slot !== 'inert';
}

function escapedFor({ text, wrote }: Found, place: Place | undefined): string {
  if (place === undefined) return text;
  return escapeHtml(plainFor(text, place.slot, wrote));
}

function plainFor(value: string, slot: HtmlSlot, wrote: boolean): string {
  if (slot === 'text') return value;
  if (slot === 'inert') return encodeFor('scheme', value);
  return wrote ? encodeWritten(value) : encodeFor(slot, value);
}
