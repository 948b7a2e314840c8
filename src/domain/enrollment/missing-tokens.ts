import { isMissingValue, placeholderIn } from '../message/missing-value.js';
import {
  parseTemplate,
  placeholdersAreValues,
  tokensOf,
  type TokenValues,
} from '../message/tokens.js';
import type { Step } from '../sequence/step.js';
import type { MissingToken } from './eligibility.js';

/**
 * Every token of these steps that has neither a value nor a fallback, with its place (ENR-14, ERR-09); `valuesOf` says what
 * the tokens of a step stand for.
 */
export function missingTokens(
  steps: readonly Step[],
  valuesOf: (stepId: string) => TokenValues,
): readonly MissingToken[] {
  return steps.flatMap((step) => {
    const values = valuesOf(step.id);
    return textsOf(step).flatMap(({ field, text }) =>
      missingIn(text, values).map((missing) => ({ stepId: step.id, field, ...missing })),
    );
  });
}

function missingIn(
  text: string,
  values: TokenValues,
): readonly Pick<MissingToken, 'token' | 'placeholder'>[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return [];
  const required = tokensOf(parsed.template).filter(({ fallback }) => fallback === undefined);
  const paths = new Set(required.map(({ path }) => path));
  const account = { placeholdersAreValues: values[placeholdersAreValues] ?? false };
  return [...paths].flatMap((token) => {
    const value = values[token];
    if (!isMissingValue(value, account)) return [];
    const placeholder = placeholderIn(value);
    return [{ token, ...(placeholder !== undefined && { placeholder }) }];
  });
}

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
