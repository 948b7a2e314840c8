import type { DraftProblem } from './draft.js';
import { lineProblems, maxHtmlLength, maxSubjectLength, textProblems } from './step-rules.js';

/** Every rule that the content of a template breaks; they are the rules of an email in a step. */
export function templateProblems(content: {
  readonly subject: string;
  readonly html: string;
}): readonly DraftProblem[] {
  return [
    ...textProblems('/subject', content.subject, maxSubjectLength),
    ...lineProblems('/subject', content.subject),
    ...textProblems('/html', content.html, maxHtmlLength),
  ];
}
