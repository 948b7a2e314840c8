import { hasAllTokens, maskTokens, unmaskTokens } from '../domain/message/mask-tokens.js';
import {
  blankSnippets,
  insertSnippets,
  snippetUses,
  type SnippetUse,
} from '../domain/message/snippets.js';
import { parseTemplate } from '../domain/message/tokens.js';
import { activeContent } from './active-content.js';
import { cleanHtml } from './clean-html.js';

/** Something that is wrong with a formatted text. */
export interface TextProblem {
  readonly code: string;
  readonly message: string;
  /** Offset in the text as it was written, in UTF-16 code units. */
  readonly position: number;
}

export type RichText =
  | { readonly ok: true; readonly html: string }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

/**
 * Takes over a formatted text with tokens and snippets in the form in which it is stored: snippets put in, markup
 * cleaned, tokens as they were written (SEQ-27, TSK-10). Or says everything that is wrong with it, in the order of the
 * text: tokens, unknown snippets, active content, and tokens that would be lost with cleaned markup.
 */
export function readRichText(text: string, snippets: ReadonlyMap<string, string>): RichText {
  const plain = blankSnippets(text);
  const parsed = parseTemplate(plain);
  const problems = [
    ...(parsed.ok ? [] : parsed.errors.map(tokenProblem)),
    ...snippetUses(text).flatMap((found) => snippetProblems(found, snippets)),
    ...activeContent(parsed.ok ? maskTokens(plain) : { text: plain, tokens: [] }),
  ];
  if (problems.length > 0) {
    return { ok: false, problems: problems.sort((a, b) => a.position - b.position) };
  }
  return cleaned(insertSnippets(text, snippets));
}

function cleaned(text: string): RichText {
  const masked = maskTokens(text);
  const html = { text: cleanHtml(masked.text), tokens: masked.tokens };
  if (hasAllTokens(html)) return { ok: true, html: unmaskTokens(html) };
  const message =
    'A token, or braces that could be one, stands in markup that mail does not keep, or is broken up by markup: write tokens as plain text, or in the address of a link.';
  return { ok: false, problems: [{ code: 'token_misplaced', message, position: 0 }] };
}

function tokenProblem({ code, message, position }: TextProblem): TextProblem {
  return { code: `token_${code}`, message, position };
}

function snippetProblems(
  { name, fallback, position }: SnippetUse,
  snippets: ReadonlyMap<string, string>,
): readonly TextProblem[] {
  if (fallback !== undefined) {
    const message = 'A snippet takes no fallback: write it without "|".';
    return [{ code: 'token_syntax', message, position }];
  }
  if (snippets.has(name)) return [];
  const message = `There is no snippet "${name}".`;
  return [{ code: 'token_unknown_snippet', message, position }];
}
