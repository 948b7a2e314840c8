import { renderTemplate, type RenderContext } from './render-template.js';
import { parseTemplate, type TokenValues } from './tokens.js';

/**
 * Resolves tokens in a text that a person will read, such as a task's title or notes (TSK-07, TSK-10): a value that is
 * missing leaves its path in brackets, to be seen and mended, rather than a hole. A text that
 * becomes too long is cut.
 */
export function renderForPerson(text: string, values: TokenValues, context: RenderContext): string {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return text;
  const rendered = renderTemplate(parsed.template, values, context, ({ path }) => `[${path}]`);
  return rendered.ok ? rendered.text : (rendered.begun ?? text);
}
