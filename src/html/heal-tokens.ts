import { Parser } from 'htmlparser2';
import { hidden } from '../domain/message/hidden-braces.js';
import { escapeHtml } from '../domain/message/html-text.js';

/** A text whose tokens are whole again, and where a place of it lies in the text as it was written. */
export interface HealedText {
  readonly text: string;
  readonly placeOf: (position: number) => number;
  /** Where braces that read as the beginning of a token are none in the markup, in the text as it was written. */
  readonly strays: readonly number[];
}

/** A part of the text that is replaced; end exclusive. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

const worthReading = /\{|&(?:#x?0*(?:7b|123);|lbrace|lcub)|%7b/i;
const pathForm = /^[A-Za-z]\w*(?:\.\w+)+$/;
const blocks =
  /^(?:address|article|aside|blockquote|br|caption|center|col|colgroup|dd|div|dl|dt|figure|footer|form|h[1-6]|header|hr|img|li|main|ol|p|pre|script|section|style|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul)$/i;
// A noncharacter: no token reaches over it.
const barrier = '\uFDD2';

/**
 * Puts tokens together again that an editor has broken up: by formatting within the braces, which goes around the token,
 * by entities for braces, bar or blanks, by invisible characters, and by braces that are encoded in an address. What
 * a fallback says is kept as it reads, with the five special characters of HTML as entities. Whatever is no token then stays
 * as it was. Linear in the length.
 */
export function healTokens(html: string): HealedText {
  if (!worthReading.test(html)) return { text: html, placeOf: (position) => position, strays: [] };
  const read = readVisible(html);
  const inText = editsInText(html, read);
  const edits = [...inText, ...editsInAddresses(html, read.tags, inText)].sort(
    (one, other) => one.start - other.start,
  );
  const healed = new Set(edits.map(({ start }) => start));
  const strays = [...straysInText(html, read), ...straysInTags(html, read.tags)]
    .filter((place) => !healed.has(place))
    .sort((one, other) => one - other);
  return { text: edited(html, edits), placeOf: placesBefore(edits), strays };
}

/** A tag as it is written; end exclusive. */
interface Tag {
  readonly start: number;
  readonly end: number;
  readonly closes: boolean;
}

/** A piece of what a reader sees, and the part of the source that it stands for; end exclusive. */
interface Piece {
  readonly at: number;
  readonly length: number;
  readonly start: number;
  readonly end: number;
}

interface Visible {
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly tags: readonly Tag[];
}

function readVisible(html: string): Visible {
  const seen: string[] = [];
  const pieces: Piece[] = [];
  const tags: Tag[] = [];
  let at = 0;
  let read = 0;
  let isApart = false;
  const add = (text: string, start: number, end: number): void => {
    seen.push(text);
    pieces.push({ at, length: text.length, start, end });
    at += text.length;
  };
  /** Notes markup up to the end of what the parser is at. */
  const pass = (isBlock: boolean): void => {
    isApart ||= isBlock;
    read = parser.endIndex + 1;
  };
  const passTag = (name: string, isImplied: boolean, closes: boolean): void => {
    if (isImplied) return;
    tags.push({ start: read, end: parser.endIndex + 1, closes });
    pass(blocks.test(name));
  };
  const parser: Parser = new Parser({
    onopentag: (name, _attributes, isImplied) => {
      passTag(name, isImplied, false);
    },
    onclosetag: (name, isImplied) => {
      passTag(name, isImplied, true);
    },
    oncomment: () => {
      pass(false);
    },
    onprocessinginstruction: () => {
      pass(false);
    },
    ontext: (data) => {
      const { startIndex, endIndex } = parser;
      const isVerbatim = html.startsWith(data, startIndex);
      // Of odd markup the reader does not say where it ends, nor where its text stands.
      const isOdd = startIndex !== read || !(isVerbatim || html.startsWith('&', startIndex));
      if (isApart || isOdd) add(barrier, read, Math.max(read, startIndex));
      if (!isOdd || isVerbatim) add(data, startIndex, endIndex + 1);
      isApart = false;
      read = endIndex + 1;
    },
  });
  parser.end(html);
  return { text: seen.join(''), pieces, tags };
}

/** Finds the source of places that are asked for in their order. */
function sourceOf({ pieces }: Visible): (place: number) => {
  readonly start: number;
  readonly end: number;
} {
  let next = 0;
  return (place) => {
    let piece = pieces[next];
    while (piece !== undefined && piece.at + piece.length <= place) piece = pieces[(next += 1)];
    if (piece === undefined) return { start: 0, end: 0 };
    if (piece.end - piece.start !== piece.length) return piece;
    const start = piece.start + place - piece.at;
    return { start, end: start + 1 };
  };
}

const tokenInText = new RegExp(`\\{${hidden}*\\{([^{}\\uFDD2]+)\\}${hidden}*\\}`, 'gu');
const anyHidden = new RegExp(hidden, 'u');
const allHidden = new RegExp(hidden, 'gu');

function editsInText(html: string, visible: Visible): readonly Edit[] {
  const source = sourceOf(visible);
  const tagsWithin = tagReader(visible.tags);
  return Array.from(visible.text.matchAll(tokenInText)).flatMap((match) => {
    const [whole, content = ''] = match;
    const { start } = source(match.index);
    const { end } = source(match.index + whole.length - 1);
    const tags = tagsWithin(start, end);
    const token = tokenOf(content);
    const isPlain = whole === `{{${content}}}` && !anyHidden.test(pathIn(content));
    const isWhole = isPlain && html.slice(start, end) === whole;
    if (isWhole || token === undefined) return [];
    const sources = (closes: boolean): string =>
      tags
        .flatMap((tag) => (tag.closes === closes ? [html.slice(tag.start, tag.end)] : []))
        .map(withTokensInAddresses)
        .join('');
    return [{ start, end, by: `${sources(false)}${token}${sources(true)}` }];
  });
}

/** Reads the tags between two places that are asked for in their order. */
function tagReader(tags: readonly Tag[]): (start: number, end: number) => readonly Tag[] {
  let next = 0;
  return (start, end) => {
    const within: Tag[] = [];
    for (let tag = tags[next]; tag !== undefined && tag.end <= end; tag = tags[(next += 1)]) {
      if (tag.start >= start) within.push(tag);
    }
    return within;
  };
}

// A brace as it is, as an entity, or percent-encoded; and what nobody sees, as it is or as an entity.
const entity = {
  open: '&(?:#0*123|#x0*7b|lbrace|lcub);?',
  close: '&(?:#0*125|#x0*7d|rbrace|rcub);?',
  hidden:
    '&(?:#0*(?:173|820[3-7]|8288|65279)|#x0*(?:ad|200[b-f]|2060|feff)|shy|ZeroWidthSpace|zwn?j|NoBreak);?',
};
const unseen = `(?:${hidden}|${entity.hidden})*`;
const open = `(?:\\{|%7B|${entity.open})`;
const close = `(?:\\}|%7D|${entity.close})`;
const encodedToken = new RegExp(
  `${open}${unseen}${open}((?:(?!${open}|${close})[^"'<>\\t\\r\\n])+)${close}${unseen}${close}`,
  'giu',
);
const braces = `(?:\\{|${entity.open})`;
const bracesInTag = new RegExp(`${braces}${unseen}(?:${braces}|%)`, 'giu');

/** Edits within tags, but for those that lie in an edit already. */
function editsInAddresses(
  html: string,
  tags: readonly Tag[],
  made: readonly Edit[],
): readonly Edit[] {
  let next = 0;
  return tags.flatMap(({ start, end }) => {
    while ((made[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    if ((made[next]?.start ?? Number.POSITIVE_INFINITY) <= start) return [];
    return [...html.slice(start, end).matchAll(encodedToken)].flatMap((match) => {
      const token = encodedAs(match[0], match[1]);
      if (token === undefined) return [];
      const at = start + match.index;
      return [{ start: at, end: at + match[0].length, by: token }];
    });
  });
}

function withTokensInAddresses(tag: string): string {
  return tag.replace(encodedToken, (whole, content: string) => encodedAs(whole, content) ?? whole);
}

/** The token that is encoded so; undefined for what is none, and for one that is written plainly. */
function encodedAs(whole: string, content = ''): string | undefined {
  return whole === `{{${content}}}` ? undefined : tokenOf(decoded(content));
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}

/** The token that reads so, or undefined when it reads like none. */
function tokenOf(content: string): string | undefined {
  const path = pathIn(content).replace(allHidden, '').trim();
  if (!pathForm.test(path)) return undefined;
  const bar = content.indexOf('|');
  return bar < 0 ? `{{${path}}}` : `{{${path}|${escapeHtml(content.slice(bar + 1).trim())}}}`;
}

/** What stands before the bar. */
function pathIn(content: string): string {
  return content.split('|', 1)[0] ?? '';
}

const strayInText = new RegExp(`\\{(?=${hidden}*[{%])`, 'gu');

function straysInText(html: string, visible: Visible): readonly number[] {
  const source = sourceOf(visible);
  return Array.from(visible.text.matchAll(strayInText)).flatMap(({ index }) => {
    const { start } = source(index);
    return /^\{[{%]/.test(html.slice(start, start + 2)) ? [] : [start];
  });
}

function straysInTags(html: string, tags: readonly Tag[]): readonly number[] {
  return tags.flatMap(({ start, end }) =>
    Array.from(html.slice(start, end).matchAll(bracesInTag)).flatMap(({ 0: found, index }) =>
      /^\{[{%]$/.test(found) ? [] : [start + index],
    ),
  );
}

function edited(html: string, edits: readonly Edit[]): string {
  let text = '';
  let read = 0;
  for (const { start, end, by } of edits) {
    text += html.slice(read, start) + by;
    read = end;
  }
  return text + html.slice(read);
}

function placesBefore(edits: readonly Edit[]): (position: number) => number {
  return (position) => {
    let grown = 0;
    for (const { start, end, by } of edits) {
      if (position - grown < start) break;
      if (position - grown < start + by.length) return start;
      grown += by.length - (end - start);
    }
    return position - grown;
  };
}
