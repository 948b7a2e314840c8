import {
  hasAllTokens,
  lostAt,
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
    ...fallbackProblems(healed),
    ...snippetUses(healed).flatMap((found) => snippetProblems(found, snippets)),
    ...activeContent(parsed.ok ? maskTokens(plain) : { text: plain, tokens: [] }),
  ].map((problem) => ({ ...problem, position: placeOf(problem.position) }));
  if (problems.length > 0) {
    return { ok: false, problems: problems.sort((a, b) => a.position - b.position) };
  }
  yield;
  const whole = insertSnippets(healed, snippets);
  const result = yield* cleaned(whole, maxLength);
  if (result.ok) return result;
  // Where snippets were put in, nobody can say where it stood.
  const place = (position: number): number =>
    strays[0] ?? (whole === healed ? placeOf(position) : 0);
  const placed = result.problems.map((problem) =>
    problem.position === undefined ? problem : { ...problem, position: place(problem.position) },
  );
  return { ok: false, problems: placed };
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
    if (pass.done === true) return withTokens({ text: pass.value, tokens }, masked);
    yield;
  }
}

function withTokens(html: MaskedText, before: string): RichText {
  if (hasAllTokens(html)) return { ok: true, html: unmaskTokens(html) };
  const message =
    'A token, or braces that could be one, stands in markup that mail does not keep, or is broken up by markup: write tokens as plain text, or in the address of a link.';
  return { ok: false, problems: [{ code: misplaced, message, position: lostAt(html, before) }] };
}

function tooLong(what: string, maxLength: number): RichText {
  const message = `${what}; at most ${maxLength} are allowed.`;
  return { ok: false, problems: [{ code: 'too_long', message }] };
}

type PlacedProblem = TextProblem & { readonly position: number };

function tokenProblem({ code, message, position }: PlacedProblem): PlacedProblem {
  return { code: `token_${code}`, message, position };
}

const braceEntity = /&(?:#x?0*(?:7b|7d|123|125);|lbrace|rbrace|lcub|rcub)/i;

/** A fallback is read as a text: formatting that cannot go around its token, and snippets, would be shown as they are written. */
function fallbackProblems(text: string): readonly PlacedProblem[] {
  const marked = Array.from(text.matchAll(/\{\{[^{}|]*\|([^{}]*)(\}\}|\{\{(\s*snippet\.)?)/g));
  return marked.flatMap(({ index: position, 1: fallback = '', 2: end = '', 3: snippet }) => {
    const code = 'token_syntax';
    if (end.startsWith('{{')) {
      const message = 'A fallback holds no token and no snippet: write its text.';
      return snippet === undefined ? [] : [{ code, message, position }];
    }
    if (braceEntity.test(fallback)) {
      return [{ code, message: 'A fallback holds no braces.', position }];
    }
    if (!/<[a-z/!?]/i.test(fallback)) return [];
    const message = 'A fallback is plain text: take line breaks and formatting out of it.';
    return [{ code, message, position }];
  });
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
