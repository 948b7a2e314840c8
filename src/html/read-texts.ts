import { snippetUses } from '../domain/message/snippets.js';
import type { DraftProblem } from '../domain/sequence/draft.js';
import { richTextReading, type TextProblem } from './rich-text.js';

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

/** Takes over a formatted text with the text of its snippets (TSK-10); stops wherever others may have their turn. */
export function* readingOf(
  written: WrittenText,
  snippets: ReadonlyMap<string, string>,
): Generator<undefined, ReadText> {
  const { pointer, text, maxLength } = written;
  if (!isRead(written)) return { html: text, problems: [] };
  const result = yield* richTextReading(text, snippets, maxLength);
  if (result.ok) return { html: result.html, problems: [] };
  return { html: '-', problems: result.problems.map((problem) => placed(pointer, problem)) };
}

/** A text that is too long is refused for that alone, and not read at all. */
function isRead({ text, maxLength }: WrittenText): boolean {
  return text.length <= maxLength;
}

function placed(pointer: string, { code, message, position }: TextProblem): DraftProblem {
  if (position === undefined) return { pointer, code, message };
  return { pointer, code, message: `At character ${position + 1}: ${message}`, position };
}
