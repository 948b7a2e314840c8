import { snippetsNamed } from '../db/queries/snippets.js';
import { snippetUses } from '../domain/message/snippets.js';
import type { DraftProblem } from '../domain/sequence/draft.js';
import { readRichText } from '../html/rich-text.js';
import type { CallContext } from './endpoint.js';

/** A formatted text of a body, and where it stands there. */
export interface WrittenText {
  readonly pointer: string;
  readonly text: string;
  /** In UTF-16 code units. */
  readonly maxLength: number;
}

export interface ReadText {
  /** What is stored; of a text with problems a harmless stand-in, so that each is told once. */
  readonly html: string;
  readonly problems: readonly DraftProblem[];
}

/** Takes over the formatted texts of a body, in their order: tokens checked, snippets put in, markup cleaned (TSK-10). */
export async function readRichTexts(
  { tx, accountId }: CallContext,
  texts: readonly WrittenText[],
): Promise<readonly ReadText[]> {
  // One that is too long is refused for that, and not read at all.
  const isRead = ({ text, maxLength }: WrittenText) => text.length <= maxLength;
  const names = texts.filter(isRead).flatMap(({ text }) => snippetUses(text));
  const snippets = await snippetsNamed(tx, accountId, [...new Set(names.map(({ name }) => name))]);
  return texts.map((written) =>
    isRead(written) ? read(written, snippets) : { html: written.text, problems: [] },
  );
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
