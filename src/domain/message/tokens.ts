/** One personalization token, `{{path}}` or `{{path|fallback}}` (SEQ-27). */
export interface Token {
  readonly kind: 'token';
  /** `contact.firstName`, `contact.<property>`, `company.name`, `company.<property>`, `sender.name`, `sender.email`. */
  readonly path: string;
  /** Literal text used when the value is missing; may be empty, which says "then nothing". */
  readonly fallback?: string;
}

interface Literal {
  readonly kind: 'literal';
  readonly text: string;
}

/** A parsed text: literals and tokens in turn. Never holds two literals in a row, nor an empty one. */
export interface Template {
  readonly parts: readonly (Literal | Token)[];
}

export type TemplateProblem =
  'too_long' | 'unclosed' | 'syntax' | 'unknown_root' | 'unknown_property' | 'liquid' | 'code';

/** One mistake in a template, worded for the person who wrote it. */
export interface TemplateError {
  readonly code: TemplateProblem;
  readonly message: string;
  /** Offset and length in the text, in UTF-16 code units. */
  readonly position: number;
  readonly length: number;
}

export type ParseResult =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly errors: readonly TemplateError[] };

/** Marks values of an account in which people may be called Null: a placeholder is what it says. */
export const placeholdersAreValues: unique symbol = Symbol('placeholdersAreValues');

/** Values by path; a path that is absent, null or blank has none. Copies by spreading keep the mark. */
export type TokenValues = Readonly<Record<string, string | null | undefined>> & {
  readonly [placeholdersAreValues]?: boolean;
};

const maxTemplateLength = 200_000;
const maxErrors = 20;
const pathForm = /^[A-Za-z]\w{0,63}(?:\.[A-Za-z]\w{0,63})*$/;
/** The tokens that every account has, besides `contact.` and `company.` with a property of its own. */
export const knownPaths: readonly string[] = [
  'contact.firstName',
  'contact.lastName',
  'contact.email',
  'company.name',
  'company.domain',
  'sender.name',
  'sender.email',
];
// Roots whose further properties are the account's own.
const openRoots: readonly string[] = ['contact', 'company'];
const closedRoots: readonly string[] = ['sender'];

/**
 * Reads a text with tokens. The grammar is closed: a path from the allow-list and at most one literal fallback, which
 * holds no braces and no second `|`; no loops, no filters, no code, so there is nothing to inject into. White space around
 * path and fallback is dropped. `}}` alone is ordinary text (style sheets end so); `{{` always opens a token and `{%` is
 * refused. At most 200,000 UTF-16 units; at most 20 errors are listed.
 */
export function parseTemplate(text: string): ParseResult {
  if (text.length > maxTemplateLength) {
    const message = `A template has at most ${maxTemplateLength} characters.`;
    const error = { code: 'too_long' as const, message, position: maxTemplateLength };
    return { ok: false, errors: [{ ...error, length: text.length - maxTemplateLength }] };
  }
  const parts: (Literal | Token)[] = [];
  const errors: TemplateError[] = [];
  const opening = /\{[{%]/g;
  let at = 0;
  for (let open = opening.exec(text); open !== null; open = opening.exec(text)) {
    if (open.index > at) parts.push({ kind: 'literal', text: text.slice(at, open.index) });
    const found = readToken(text, open.index);
    if (found.error) errors.push(found.error);
    else parts.push(found.token);
    at = open.index + found.length;
    opening.lastIndex = at;
    if (errors.length >= maxErrors) break;
  }
  if (at < text.length) parts.push({ kind: 'literal', text: text.slice(at) });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, template: { parts } };
}

/** The text of a template; `parseTemplate` of it gives an equal template. */
export function printTemplate(template: Template): string {
  return template.parts.map((part) => (part.kind === 'literal' ? part.text : print(part))).join('');
}

/** All tokens in order, repeated ones too, so that each can be flagged where it stands (ENR-14, ENR-15). */
export function tokensOf(template: Template): readonly Token[] {
  return template.parts.filter((part) => part.kind === 'token');
}

function print(token: Token): string {
  return token.fallback === undefined ? `{{${token.path}}}` : `{{${token.path}|${token.fallback}}}`;
}

type Found =
  | { readonly token: Token; readonly error?: undefined; readonly length: number }
  | { readonly error: TemplateError; readonly length: number };

/** Reads what opens at `position`. The length is what was consumed, at least 2. */
function readToken(text: string, position: number): Found {
  const end = text.indexOf('}}', position + 2);
  const nextOpen = text.indexOf('{{', position + 2);
  if (text.startsWith('{%', position)) {
    const message = 'Templates hold no logic: remove the {% … %} block.';
    return { error: { code: 'liquid', message, position, length: 2 }, length: 2 };
  }
  if (end < 0 || (nextOpen >= 0 && nextOpen < end)) {
    const message = 'A token is not closed: "{{" needs "}}" after it.';
    return { error: { code: 'unclosed', message, position, length: 2 }, length: 2 };
  }
  const length = end + 2 - position;
  const found = readContent(text.slice(position + 2, end));
  return found.kind === 'token'
    ? { token: found, length }
    : { error: { ...found, position, length }, length };
}

type ContentError = Pick<TemplateError, 'code' | 'message'> & { readonly kind?: undefined };

function readContent(content: string): Token | ContentError {
  const bar = content.indexOf('|');
  const path = (bar < 0 ? content : content.slice(0, bar)).trim();
  const fallback = bar < 0 ? undefined : content.slice(bar + 1).trim();
  const problem = problemOfPath(path) ?? problemOfFallback(path, fallback);
  if (problem) return problem;
  return { kind: 'token', path, ...(fallback !== undefined && { fallback }) };
}

function problemOfPath(path: string): ContentError | undefined {
  if (path === '') return { code: 'syntax', message: 'The token is empty: name a property.' };
  if (!pathForm.test(path)) {
    const message =
      'Between the braces stand a path such as contact.firstName and, after "|", a text to use without a value; no code, ' +
      'no spaces, no formatting.';
    return { code: 'code', message };
  }
  const [root = '', ...properties] = path.split('.');
  if (root === 'snippet') {
    const message =
      'Snippets stand in bodies and notes only: not in a subject, a title or another snippet.';
    return { code: 'unknown_root', message };
  }
  if (!openRoots.includes(root) && !closedRoots.includes(root)) {
    const message = `"${root}" is unknown: a token starts with contact, company or sender.`;
    return { code: 'unknown_root', message };
  }
  if (properties.length !== 1) {
    return { code: 'syntax', message: `A token names one property, as in ${root}.name.` };
  }
  return problemOfProperty(path, root);
}

function problemOfProperty(path: string, root: string): ContentError | undefined {
  if (knownPaths.includes(path)) return undefined;
  const meant = knownPaths.find((known) => known.toLowerCase() === path.toLowerCase());
  if (meant !== undefined) {
    return { code: 'unknown_property', message: `"${path}" is written ${meant}.` };
  }
  if (openRoots.includes(root)) return undefined;
  const known = knownPaths.filter((each) => each.startsWith(`${root}.`)).join(' and ');
  return { code: 'unknown_property', message: `"${path}" is unknown: there are ${known}.` };
}

function problemOfFallback(path: string, fallback: string | undefined): ContentError | undefined {
  if (fallback === undefined) return undefined;
  const filter = /^([a-z_]+)\s*:\s*(?=["'])|^(default)\s*:/.exec(fallback);
  if (filter) {
    const text = /["']([^"']*)["']/.exec(fallback)?.[1] ?? 'text';
    const message = `Filters such as "${filter[1] ?? 'default'}:" are not known here: write {{${path}|${text}}}.`;
    return { code: 'liquid', message };
  }
  if (fallback.includes('|')) {
    return {
      code: 'syntax',
      message: 'Only one fallback may follow the path; filters do not exist.',
    };
  }
  return /[{}]/.test(fallback)
    ? { code: 'syntax', message: 'A fallback holds no braces.' }
    : undefined;
}
