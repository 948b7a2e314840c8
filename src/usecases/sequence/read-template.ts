import { maxHtmlLength } from '../../domain/sequence/step-rules.js';
import { templateProblems } from '../../domain/sequence/template.js';
import { refuseDraft } from './edit-sequence.js';
import type { Act } from '../act.js';
import { readRichTexts } from './read-rich-texts.js';

interface TemplateContent {
  readonly subject: string;
  readonly html: string;
}

/** Takes over the content of a template as it is stored, or refuses it with all that is wrong with it. */
export async function readTemplate(
  act: Act,
  { subject, html }: TemplateContent,
): Promise<TemplateContent> {
  const written = { pointer: '/html', text: html, maxLength: maxHtmlLength };
  const [text] = await readRichTexts(act, [written]);
  const content = { subject: subject.trim(), html: text?.html ?? '' };
  const problems = [...(text?.problems ?? []), ...templateProblems(content)];
  return problems.length > 0 ? refuseDraft(problems) : content;
}
