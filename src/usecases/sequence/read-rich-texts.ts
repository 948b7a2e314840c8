import { snippetsNamed } from '../../db/queries/snippets.js';
import { readTexts, snippetsIn, type ReadText, type WrittenText } from '../../html/read-texts.js';
import type { CallContext } from '../../api/http/endpoint.js';

/** Takes over the formatted texts of a body, in their order: tokens checked, snippets put in, markup cleaned (TSK-10). */
export async function readRichTexts(
  { tx, accountId }: CallContext,
  texts: readonly WrittenText[],
): Promise<readonly ReadText[]> {
  return readTexts(texts, await snippetsNamed(tx, accountId, snippetsIn(texts)));
}
