import { escapeHtml } from '../../domain/message/html-text.js';
import { knownPaths, type TemplateProblem } from '../../domain/message/tokens.js';
import { mending } from './mending.js';
import { problemCodes, problemKind } from './problem.js';

type TokenCode = `token_${TemplateProblem | 'unknown_snippet' | 'nested_snippet'}`;

/** What each code of a mistake in a token means. */
const tokenCodes: Readonly<Record<TokenCode, string>> = {
  token_unknown_root: 'It begins with something else than contact, company, sender or snippet.',
  token_unknown_property: 'Contact, company or sender has nothing of this name.',
  token_syntax: 'A path is missing, has too many parts, or a fallback holds braces.',
  token_unclosed: 'The braces that open it are not closed.',
  token_liquid: 'There are no filters, conditions or loops.',
  token_code: 'There is no code in tokens.',
  token_too_long: 'The text is too long.',
  token_unknown_snippet: 'There is no snippet of this name.',
  token_nested_snippet: 'A snippet holds no other snippet.',
};

const links: Readonly<Record<string, string>> = {
  VALIDATION_FAILED: 'See <a href="#tokens">tokens</a> and <a href="#sequences">sequences</a>.',
  MISSING_TOKENS: 'See <a href="#tokens">tokens</a>.',
  INVALID_CURSOR: 'See <a href="#cursors">cursors</a>.',
  STEP_NOT_FOUND: 'See <a href="#sequences">sequences</a>.',
  SEQUENCE_EMPTY: 'See <a href="#sequences">sequences</a>.',
};

const entries = [...problemCodes].sort().map((code) => {
  const { status, title, retryable } = problemKind(code);
  const again = retryable ? 'The same request may succeed later.' : '';
  return `<section id="${code}"><h3><code>${code}</code> <small>${status}</small></h3>
<p>${escapeHtml(title)}. ${escapeHtml(mending[code])} ${again} ${links[code] ?? ''}</p></section>`;
});

/** The page that the `type` of a problem names, with an anchor for each code: plain HTML, without any script. */
export const errorsPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Cadenza API: errors</title>
<style>body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}h3{margin-bottom:0}p{margin-top:.2rem}:target{background:#fff3bf}</style>
</head>
<body>
<h1>Errors</h1>
<p>A refusal is problem+json: <code>code</code> is what programs go by, <code>type</code> leads to its entry here. All calls: <a href="/docs">/docs</a>.</p>
${entries.join('\n')}
<h2 id="tokens">Tokens</h2>
<p>Texts of emails, tasks and snippets hold <code>{{path}}</code> or <code>{{path|what to write where there is no value}}</code>. Paths are:</p>
<ul>${knownPaths.map((path) => `<li><code>{{${path}}}</code></li>`).join('')}
<li><code>{{contact.NAME}}</code> and <code>{{company.NAME}}</code> with the name of a property of yours</li>
<li><code>{{snippet.NAME}}</code>, which is put in when the text is saved</li></ul>
<p>Mistakes in them, with their <code>position</code> in the text:</p>
<ul>${Object.entries(tokenCodes)
  .map(([code, meaning]) => `<li id="${code}"><code>${code}</code>: ${escapeHtml(meaning)}</li>`)
  .join('')}</ul>
<h2 id="cursors">Cursors</h2>
<p>Every list has <code>paging.next</code>: <code>null</code> on the last page, otherwise <code>{ "after": "…" }</code>. Pass that as <code>?after=…</code> with the same filters and the same <code>sort</code>.</p>
<h2 id="sequences">Sequences</h2>
<p>A sequence has a <code>name</code>, <code>steps</code> and <code>settings</code>. A step has an <code>id</code> of yours, a <code>kind</code>, <code>delayDays</code> (0 to 90 business days after the step before), and, by its kind, an <code>email</code> (<code>subject</code> and <code>html</code>; with <code>replyTo</code> the id of the email that it answers, and no subject) or a <code>title</code> and <code>notes</code>. <a href="/docs">POST /v1/sequences</a> has an example.</p>
</body>
</html>
`;
