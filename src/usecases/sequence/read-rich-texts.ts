import { snippetsNamed } from '../../db/queries/snippets.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import { readTexts, snippetsIn, type ReadText, type WrittenText } from '../../html/read-texts.js';
import type { Act } from '../act.js';

/** Takes over the formatted texts of a body, in their order: tokens checked, snippets put in, markup cleaned (TSK-10). */
export async function readRichTexts(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  texts: readonly WrittenText[],
): Promise<readonly ReadText[]> {
  return readTexts(texts, await snippetsNamed(tx, accountId, snippetsIn(texts)));
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
