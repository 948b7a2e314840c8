import { missingValues, type RenderContext } from '../message/render-template.js';
import { parseTemplate, type TokenValues } from '../message/tokens.js';
import type { Step } from '../sequence/step.js';
import type { MissingToken } from './eligibility.js';

/**
 * Every token of these steps that has neither a value that can be used nor a fallback, with its place (ENR-14, ERR-09): what
 * rendering the step would find missing. `valuesOf` says what the tokens of a step stand for.
 */
export function missingTokens(
  steps: readonly Step[],
  valuesOf: (stepId: string) => TokenValues,
): readonly MissingToken[] {
  return steps.flatMap((step) => {
    const values = valuesOf(step.id);
    return textsOf(step).flatMap(({ field, text }) => {
      const parsed = parseTemplate(text);
      if (!parsed.ok) return [];
      return missingValues(parsed.template, values, contexts[field]).map((missing) => ({
        ...{ stepId: step.id, field },
        ...missing,
      }));
    });
  });
}

const contexts: Readonly<Record<MissingToken['field'], RenderContext>> = {
  subject: 'subject',
  html: 'html',
  title: 'subject',
  notes: 'html',
};

function textsOf(
  step: Step,
): readonly { readonly field: MissingToken['field']; readonly text: string }[] {
  const email =
    step.email === undefined
      ? []
      : [
          { field: 'subject' as const, text: step.email.subject },
          { field: 'html' as const, text: step.email.html },
        ];
  if (step.kind === 'automated_email') return email;
  return [
    ...email,
    { field: 'title' as const, text: step.title },
    { field: 'notes' as const, text: step.notes },
  ];
}
