import {
  encodeFor,
  encodeWritten,
  needOfAddress,
  type AddressNeed,
  type AddressPart,
  type AddressSoFar,
} from './address-part.js';
import { escapeHtml, plainText } from './html-text.js';
import { createHtmlScanner, type HtmlScanner, type HtmlSlot } from './html-slot.js';
import { isMissingValue, placeholderIn } from './missing-value.js';
import { inOneLine } from './one-line.js';
import { placeholdersAreValues, type Template, type Token, type TokenValues } from './tokens.js';

export type RenderContext = 'html' | 'text' | 'subject';

/** A token that has neither a value to put in its place nor a fallback. */
export interface MissingValue {
  /** The token's path, such as `company.name`. */
  readonly token: string;
  /** The value that counts as missing, such as `N/A`, where there is one. */
  readonly placeholder?: string;
  /** What would fit its link, where there is a value and it does not. */
  readonly needs?: AddressNeed;
}

export type RenderResult =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      /** Each token once for each need, in order of appearance; none where it becomes too long. */
      readonly missing: readonly MissingValue[];
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
  const missing = new MissingValues();
  const output = new Output();
  for (const piece of piecesOf(template, values, context, standIn)) {
    if (piece.missing !== undefined) missing.add(piece.missing);
    else output.add(piece.text);
    if (output.isFull) return { ok: false, missing: [], begun: output.text(context) };
  }
  if (missing.all.length > 0) return { ok: false, missing: missing.all };
  return { ok: true, text: output.text(context) };
}

/** What `renderTemplate` would find missing, however long the text becomes. */
export function missingValues(
  template: Template,
  values: TokenValues,
  context: RenderContext,
): readonly MissingValue[] {
  const missing = new MissingValues();
  for (const piece of piecesOf(template, values, context)) {
    if (piece.missing !== undefined) missing.add(piece.missing);
  }
  return missing.all;
}

type RenderedPiece =
  { readonly text: string; readonly missing?: undefined } | { readonly missing: MissingValue };

function* piecesOf(
  template: Template,
  values: TokenValues,
  context: RenderContext,
  standIn?: (token: Token) => string,
): Generator<RenderedPiece> {
  const scanner = createHtmlScanner();
  const valueOf = valueReader(values);
  for (const [index, part] of template.parts.entries()) {
    if (part.kind === 'literal') {
      yield { text: part.text };
      if (context === 'html') scanner.read(part.text);
      continue;
    }
    const place = context === 'html' ? placeOf(template, index, scanner) : undefined;
    const { found, ...reason } = valueOf(part, place);
    const shown = found ?? read(standIn?.(part));
    yield shown === undefined
      ? { missing: { token: part.path, ...reason } }
      : { text: escapedFor(shown, place) };
    scanner.skipValue(shown?.text ?? part.path, shown?.wrote);
  }
}

/** Each token once for each need. */
class MissingValues {
  readonly #seen = new Map<string, MissingValue>();

  add(missing: MissingValue): void {
    const key = `${missing.needs ?? ''} ${missing.token}`;
    if (!this.#seen.has(key)) this.#seen.set(key, missing);
  }

  get all(): readonly MissingValue[] {
    return [...this.#seen.values()];
  }
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

/** What is found for a token; without anything, why a value that is there is not used. */
type Lookup =
  { readonly found: Found } | ({ readonly found?: undefined } & Omit<MissingValue, 'token'>);

/** Reads values; each is looked at once, however many tokens stand for it. A fallback is HTML where it stands in HTML. */
function valueReader(values: TokenValues): (token: Token, place: Place | undefined) => Lookup {
  const usable = new Map<string, string | undefined>();
  const placeholders = new Map<string, string>();
  const account = { placeholdersAreValues: values[placeholdersAreValues] ?? false };
  const lookUp = (path: string): void => {
    const value = Object.hasOwn(values, path) ? values[path]?.trim() : undefined;
    const isMissing = isMissingValue(value, account);
    usable.set(path, isMissing ? undefined : value);
    const placeholder = isMissing ? placeholderIn(value) : undefined;
    if (placeholder !== undefined) placeholders.set(path, placeholder);
  };
  return ({ path, fallback }, place) => {
    if (!usable.has(path)) lookUp(path);
    const value = usable.get(path);
    const needs = value === undefined ? undefined : needOf(value, place);
    if (value !== undefined && needs === undefined) return { found: { text: value, wrote: false } };
    if (fallback === undefined || (fallback === '' && needOf('', place) !== undefined)) {
      const placeholder = placeholders.get(path);
      return {
        ...(placeholder !== undefined && { placeholder }),
        ...(needs !== undefined && { needs }),
      };
    }
    return { found: { text: place === undefined ? fallback : plainText(fallback), wrote: true } };
  };
}

/** What keeps a value from standing there; nothing may stand at the start of an address. */
function needOf(value: string, place: Place | undefined): AddressNeed | undefined {
  if (place === undefined || !isAddressPart(place.slot)) return undefined;
  if (value === '' && place.slot === 'start') return undefined;
  return needOfAddress(value, place.address, place.next);
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
