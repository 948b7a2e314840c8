import { snippetsNamed } from '../../db/queries/snippets.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import { readingOf, snippetsIn, type ReadText, type WrittenText } from '../../html/read-texts.js';
import type { Act } from '../act.js';

/** A text up to this long is read at once. */
const shortLength = 5000;

/**
 * Takes over the formatted texts of a body, in their order: tokens checked, snippets put in, markup cleaned (TSK-10). Other
 * requests have their turn in between.
 */
export async function readRichTexts(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  texts: readonly WrittenText[],
): Promise<readonly ReadText[]> {
  const snippets = await snippetsNamed(tx, accountId, snippetsIn(texts));
  const read: ReadText[] = [];
  let sinceTurn = 0;
  for (const text of texts) {
    const reading = readingOf(text, snippets);
    let step = reading.next();
    for (; step.done !== true; step = reading.next()) {
      sinceTurn += text.text.length;
      if (sinceTurn <= shortLength) continue;
      await new Promise(setImmediate);
      sinceTurn = 0;
    }
    read.push(step.value);
  }
  return read;
}

/** Texts that were taken over, found by where they stand in the body. */
export interface PlacedTexts {
  /** What is stored of the text there; undefined where none was written. */
  readonly htmlAt: (pointer: string) => string | undefined;
  readonly problems: readonly DraftProblem[];
}

/** Takes over texts where they are written, in the same way. */
export async function readPlacedTexts(
  act: Pick<Act, 'tx' | 'accountId'>,
  places: readonly (Omit<WrittenText, 'text'> & { readonly text: string | undefined })[],
): Promise<PlacedTexts> {
  const written = places.flatMap(({ text, ...place }) =>
    text === undefined ? [] : [{ ...place, text }],
  );
  const read = await readRichTexts(act, written);
  const byPointer = new Map(written.map(({ pointer }, index) => [pointer, read[index]?.html]));
  return {
    htmlAt: (pointer) => byPointer.get(pointer),
    problems: read.flatMap(({ problems }) => problems),
  };
}
