import { Parser } from 'htmlparser2';

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
 * by entities for braces, bar or blanks, by invisible characters, and by braces that are percent-encoded in an address. What
 * a fallback says is kept as it reads, with the five special characters of HTML as entities. Whatever is no token then stays
 * as it was. Linear in the length.
 */
export function healTokens(html: string): HealedText {
  if (!worthReading.test(html)) return { text: html, placeOf: (position) => position, strays: [] };
  const read = visibleText(html);
  const edits = [...inText(html, read), ...inAddresses(html, read)].sort(
    (one, other) => one.start - other.start,
  );
  return { text: edited(html, edits), placeOf: placesBefore(edits), strays: straysIn(html, read) };
}

/** What a reader sees of HTML, and the part of the source that each UTF-16 unit of it stands for. */
interface Visible {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly markup: readonly { readonly start: number; readonly end: number }[];
}

function visibleText(html: string): Visible {
  let text = '';
  const from: number[] = [];
  const to: number[] = [];
  const markup: { start: number; end: number }[] = [];
  let read = 0;
  const skipTo = (start: number): void => {
    if (start <= read) return;
    markup.push({ start: read, end: start });
    if (!tagsIn(html.slice(read, start)).some(({ name }) => blocks.test(name))) return;
    text += barrier;
    from.push(read);
    to.push(start);
  };
  const parser = new Parser({
    ontext: (data) => {
      const { startIndex, endIndex } = parser;
      skipTo(startIndex);
      const isVerbatim = html.startsWith(data, startIndex);
      // Of odd markup the reader does not say where its text stands.
      const seen = isVerbatim || html.startsWith('&', startIndex) ? data : barrier;
      for (let unit = 0; unit < seen.length; unit += 1) {
        from.push(isVerbatim ? startIndex + unit : startIndex);
        to.push(isVerbatim ? startIndex + unit + 1 : endIndex + 1);
      }
      text += seen;
      read = endIndex + 1;
    },
  });
  parser.end(html);
  skipTo(html.length);
  return { text, from, to, markup };
}

function inText(html: string, visible: Visible): readonly Edit[] {
  const { text, from, to } = visible;
  const tagsWithin = tagReader(html, visible);
  return Array.from(text.matchAll(/\{\{([^{}\uFDD2]{1,500})\}\}/g)).flatMap((match) => {
    const [whole, content = ''] = match;
    const start = from[match.index] ?? 0;
    const end = to[match.index + whole.length - 1] ?? 0;
    const tags = tagsWithin(start, end);
    const token = tokenOf(content);
    const isWhole = html.slice(start, end) === whole && !/\p{Cf}/u.test(pathIn(content));
    if (isWhole || token === undefined) return [];
    const sources = (closes: boolean): string =>
      tags.flatMap((tag) => (tag.closes === closes ? [tag.source] : [])).join('');
    return [{ start, end, by: `${sources(false)}${token}${sources(true)}` }];
  });
}

/** Reads the tags between two places; asked from the beginning of the text to its end, it is linear in all. */
function tagReader(
  html: string,
  { markup }: Visible,
): (start: number, end: number) => readonly Tag[] {
  const left = markup.values();
  let next = left.next().value;
  return (start, end) => {
    const tags: Tag[] = [];
    for (; next !== undefined && next.end <= end; next = left.next().value) {
      if (next.start >= start) tags.push(...tagsIn(html.slice(next.start, next.end)));
    }
    return tags;
  };
}

const encodedToken = /%7B%7B((?:(?!%7D%7D)[^"'<>\s]){1,500})%7D%7D/gi;

function inAddresses(html: string, { markup }: Visible): readonly Edit[] {
  return markup.flatMap(({ start, end }) =>
    [...html.slice(start, end).matchAll(encodedToken)].flatMap((match) => {
      const token = tokenOf(decoded(match[1] ?? ''));
      if (token === undefined) return [];
      const at = start + match.index;
      return [{ start: at, end: at + match[0].length, by: token }];
    }),
  );
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
  const path = pathIn(content)
    .replace(/\p{Cf}/gu, '')
    .trim();
  if (!pathForm.test(path)) return undefined;
  const bar = content.indexOf('|');
  return bar < 0 ? `{{${path}}}` : `{{${path}|${escaped(content.slice(bar + 1).trim())}}}`;
}

/** What stands before the bar. */
function pathIn(content: string): string {
  return content.split('|', 1)[0] ?? '';
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly source: string;
}

function tagsIn(markup: string): readonly Tag[] {
  return Array.from(
    markup.matchAll(/<(\/?)([a-z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^'">])*>/gi),
    ([source, slash, name = '']) => ({ name, closes: slash === '/', source }),
  );
}

function straysIn(html: string, { text, from }: Visible): readonly number[] {
  return Array.from(text.matchAll(/\{(?=[{%])/g), ({ index }) => [
    from[index] ?? 0,
    from[index + 1] ?? 0,
  ]).flatMap(([first = 0, second = 0]) =>
    second === first + 1 && html.startsWith('{', first) ? [] : [first],
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
