import { snippetUses } from '../domain/message/snippets.js';
import type { DraftProblem } from '../domain/sequence/draft.js';
import { readRichText } from './rich-text.js';

/** A formatted text of a request, and where it stands there. */
export interface WrittenText {
  readonly pointer: string;
  readonly text: string;
  /** In UTF-16 code units. */
  readonly maxLength: number;
}

export interface ReadText {
  /** The text to store; for a text with problems a harmless stand-in, so that each problem is told once. */
  readonly html: string;
  readonly problems: readonly DraftProblem[];
}

/** The snippets that texts name, each once. */
export function snippetsIn(texts: readonly WrittenText[]): readonly string[] {
  const uses = texts.filter(isRead).flatMap(({ text }) => snippetUses(text));
  return [...new Set(uses.map(({ name }) => name))];
}

/** Takes over formatted texts, in their order, with the text of their snippets (TSK-10). */
export function readTexts(
  texts: readonly WrittenText[],
  snippets: ReadonlyMap<string, string>,
): readonly ReadText[] {
  return texts.map((written) =>
    isRead(written) ? read(written, snippets) : { html: written.text, problems: [] },
  );
}

/** A text that is too long is refused for that alone, and not read at all. */
function isRead({ text, maxLength }: WrittenText): boolean {
  return text.length <= maxLength;
}

function read({ pointer, text }: WrittenText, snippets: ReadonlyMap<string, string>): ReadText {
  const result = readRichText(text, snippets);
  if (result.ok) return { html: result.html, problems: [] };
  const problems = result.problems.map(({ code, message, position }) => ({
    pointer,
    code,
    message: `At character ${position + 1}: ${message}`,
    position,
  }));
  return { html: '-', problems };
}
