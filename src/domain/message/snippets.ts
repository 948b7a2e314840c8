/** The form of a snippet's name. In a body or in notes a snippet is written `{{snippet.<name>}}`. */
export const snippetNameForm = /^[a-z][a-z0-9_]{0,63}$/;

/** The longest text of a snippet, in UTF-16 code units. */
export const maxSnippetLength = 20_000;

/** A place where a snippet is to be put in. */
export interface SnippetUse {
  readonly name: string;
  /** What was written after a `|`, which a snippet does not take. */
  readonly fallback: string | undefined;
  /** Offset and length in the text, in UTF-16 code units. */
  readonly position: number;
  readonly length: number;
}

const use = /\{\{\s{0,8}snippet\.([^{}]{0,200})\}\}/g;
// A paragraph that holds nothing but a snippet: a snippet of whole paragraphs replaces it.
const paragraph = /<p>\s{0,8}(\{\{\s{0,8}snippet\.[^{}]{0,200}\}\})\s{0,8}<\/p>/g;
const block = /<(?:p|div|ul|ol|table|h[1-6]|blockquote)[ >]/;

/** Every place of a text that names a snippet, in order. */
export function snippetUses(text: string): readonly SnippetUse[] {
  return Array.from(text.matchAll(use), ({ 0: whole, 1: content = '', index: position }) => {
    const [name = '', ...fallback] = content.split('|');
    return {
      name: name.trim(),
      fallback: fallback.length === 0 ? undefined : fallback.join('|'),
      position,
      length: whole.length,
    };
  });
}

/** The text with white space in place of its snippets, as long as they were, so that positions stay the same. */
export function blankSnippets(text: string): string {
  return text.replace(use, (whole) => ' '.repeat(whole.length));
}

/** How long a text becomes when its snippets are put in, in UTF-16 code units. */
export function lengthWithSnippets(text: string, snippets: ReadonlyMap<string, string>): number {
  const growth = snippetUses(text).map(
    ({ name, length }) => (snippets.get(name)?.length ?? 0) - length,
  );
  return growth.reduce((sum, each) => sum + each, text.length);
}

/** The text with each snippet's own text put in; an unknown snippet leaves nothing. */
export function insertSnippets(text: string, snippets: ReadonlyMap<string, string>): string {
  const said = (token: string) => snippets.get(snippetUses(token)[0]?.name ?? '') ?? '';
  return text
    .replace(paragraph, (whole, token: string) => (block.test(said(token)) ? token : whole))
    .replace(use, (token) => said(token));
}
