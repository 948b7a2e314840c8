import { parseTemplate, type TokenValues } from './tokens.js';

/**
 * Resolves tokens in a text that a person will read, such as a task's title (TSK-07): a value that is missing leaves its
 * path in brackets, to be seen and mended, rather than a hole.
 */
export function renderForPerson(text: string, values: TokenValues): string {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return text;
  return parsed.template.parts
    .map((part) =>
      part.kind === 'literal'
        ? part.text
        : (values[part.path]?.trim() ?? '') || part.fallback || `[${part.path}]`,
    )
    .join('');
}
