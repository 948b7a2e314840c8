import {
  hasAllTokens,
  maskTokens,
  unmaskTokens,
  type MaskedText,
} from '../domain/message/mask-tokens.js';
import {
  blankSnippets,
  insertSnippets,
  lengthWithSnippets,
  snippetUses,
  type SnippetUse,
} from '../domain/message/snippets.js';
import { parseTemplate } from '../domain/message/tokens.js';
import { maxHtmlLength } from '../domain/sequence/step-rules.js';
import { activeContent } from './active-content.js';
import { cleaning } from './clean-html.js';
import { healTokens } from './heal-tokens.js';

/** Something that is wrong with a formatted text. */
export interface TextProblem {
  readonly code: string;
  readonly message: string;
  /** Offset in the text as it was written, in UTF-16 code units; missing where it is about the text as a whole. */
  readonly position?: number;
}

export type RichText =
  | { readonly ok: true; readonly html: string }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

/**
 * Takes over a formatted text with tokens and snippets in the form in which it is stored: snippets put in, markup
 * cleaned, tokens as they were written (SEQ-27, TSK-10). Or says everything that is wrong with it, in the order of the
 * text: tokens, unknown snippets, active content, and tokens that would be lost with cleaned markup. A text that is longer
 * than `maxLength` UTF-16 units, with its snippets or once it is cleaned, is refused for that alone.
 */
export function readRichText(
  text: string,
  snippets: ReadonlyMap<string, string>,
  maxLength = maxHtmlLength,
): RichText {
  const reading = richTextReading(text, snippets, maxLength);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** Reads it in the same way, and stops wherever others may have their turn: nothing in between takes long. */
export function* richTextReading(
  text: string,
  snippets: ReadonlyMap<string, string>,
  maxLength: number,
): Generator<undefined, RichText> {
  const length = lengthWithSnippets(text, snippets);
  if (length > maxLength)
    return tooLong(`With its snippets it has ${length} characters`, maxLength);
  const { text: healed, placeOf, strays } = healTokens(text);
  const plain = blankSnippets(healed);
  const parsed = parseTemplate(plain);
  const problems = [
    ...(parsed.ok ? [] : parsed.errors.map(tokenProblem)),
    ...snippetUses(healed).flatMap((found) => snippetProblems(found, snippets)),
    ...activeContent(parsed.ok ? maskTokens(plain) : { text: plain, tokens: [] }),
  ].map((problem) => ({ ...problem, position: placeOf(problem.position) }));
  if (problems.length > 0) {
    return { ok: false, problems: problems.sort((a, b) => a.position - b.position) };
  }
  yield;
  const result = yield* cleaned(insertSnippets(healed, snippets), maxLength);
  return result.ok ? result : { ok: false, problems: result.problems.map(placedAt(strays[0])) };
}

/** Says where the first braces stand that are broken up; without them it is about the text as a whole. */
function placedAt(stray: number | undefined): (problem: TextProblem) => TextProblem {
  return (problem) =>
    problem.code === misplaced && stray !== undefined ? { ...problem, position: stray } : problem;
}

const misplaced = 'token_misplaced';

function* cleaned(text: string, maxLength: number): Generator<undefined, RichText> {
  const { text: masked, tokens } = maskTokens(text);
  const passes = cleaning(masked);
  for (;;) {
    const pass = passes.next();
    if (pass.value.length > maxLength) {
      return tooLong(`Once it is cleaned it has ${pass.value.length} characters`, maxLength);
    }
    if (pass.done === true) return withTokens({ text: pass.value, tokens });
    yield;
  }
}

function withTokens(html: MaskedText): RichText {
  if (hasAllTokens(html)) return { ok: true, html: unmaskTokens(html) };
  const message =
    'A token, or braces that could be one, stands in markup that mail does not keep, or is broken up by markup: write tokens as plain text, or in the address of a link.';
  return { ok: false, problems: [{ code: misplaced, message, position: 0 }] };
}

function tooLong(what: string, maxLength: number): RichText {
  const message = `${what}; at most ${maxLength} are allowed.`;
  return { ok: false, problems: [{ code: 'too_long', message }] };
}

type PlacedProblem = TextProblem & { readonly position: number };

function tokenProblem({ code, message, position }: PlacedProblem): PlacedProblem {
  return { code: `token_${code}`, message, position };
}

function snippetProblems(
  { name, fallback, position }: SnippetUse,
  snippets: ReadonlyMap<string, string>,
): readonly PlacedProblem[] {
  if (fallback !== undefined) {
    const message = 'A snippet takes no fallback: write it without "|".';
    return [{ code: 'token_syntax', message, position }];
  }
  if (snippets.has(name)) return [];
  const message = `There is no snippet "${name}".`;
  return [{ code: 'token_unknown_snippet', message, position }];
}
