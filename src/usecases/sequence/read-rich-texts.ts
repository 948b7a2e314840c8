import { snippetsNamed } from '../../db/queries/snippets.js';
import { readTexts, snippetsIn, type ReadText, type WrittenText } from '../../html/read-texts.js';
import type { Act } from '../act.js';

/** Takes over the formatted texts of a body, in their order: tokens checked, snippets put in, markup cleaned (TSK-10). */
export async function readRichTexts(
  { tx, accountId }: Act,
  texts: readonly WrittenText[],
): Promise<readonly ReadText[]> {
  return readTexts(texts, await snippetsNamed(tx, accountId, snippetsIn(texts)));
}
