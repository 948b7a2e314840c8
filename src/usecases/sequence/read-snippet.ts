import { blankSnippets, maxSnippetLength, snippetUses } from '../../domain/message/snippets.js';
import { textProblems } from '../../domain/sequence/step-rules.js';
import { refuseDraft } from './edit-sequence.js';
import type { Act } from '../act.js';
import { readRichTexts } from './read-rich-texts.js';

/** Takes over the text of a snippet as it is stored, or refuses it with all that is wrong with it. A snippet holds none. */
export async function readSnippet(act: Act, html: string): Promise<string> {
  const pointer = '/html';
  const nested = snippetUses(html).map(({ position }) => ({
    pointer,
    code: 'token_nested_snippet',
    message: `At character ${position + 1}: A snippet holds tokens, but no other snippet.`,
    position,
  }));
  const written = { pointer, text: blankSnippets(html), maxLength: maxSnippetLength };
  const [text] = await readRichTexts(act, [written]);
  const stored = text?.html ?? '';
  const problems = [
    ...nested,
    ...(text?.problems ?? []),
    ...(nested.length > 0 ? [] : textProblems(pointer, stored, maxSnippetLength)),
  ];
  return problems.length > 0 ? refuseDraft(problems) : stored;
}
