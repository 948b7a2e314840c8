import type { DraftProblem, SequenceDraft } from './draft.js';
import type { StepKind } from './step.js';
import { validateSequence, type ValidationResult } from './validate.js';

/** A step that a version of the sequence has had. */
export interface UsedStep {
  readonly id: string;
  readonly kind: StepKind;
}

/**
 * Validates a draft that is to replace a sequence, by the usual rules and one more: the id of an email may not become that
 * of a task, nor the reverse, since an enrollment may be at that step.
 */
export function validateReplacement(
  draft: SequenceDraft,
  account: { readonly capabilities: readonly string[] },
  used: readonly UsedStep[],
): ValidationResult {
  const verdict = validateSequence(
    draft,
    account,
    used.map(({ id }) => id),
  );
  const problems = kindProblems(draft, used);
  if (problems.length === 0) return verdict;
  return { ok: false, problems: [...(verdict.ok ? [] : verdict.problems), ...problems] };
}

function kindProblems(draft: SequenceDraft, used: readonly UsedStep[]): readonly DraftProblem[] {
  const sends = (kind: StepKind): boolean => kind === 'automated_email';
  return draft.steps.flatMap(({ id, kind }, index) => {
    const before = used.find((step) => step.id === id && sends(step.kind) !== sends(kind));
    if (before === undefined) return [];
    const message = `Step "${before.id}" is known as ${before.kind}; an email and a task are not the same step: give this one an id of its own.`;
    return [{ pointer: `/steps/${index}/kind`, code: 'kind_changed', message }];
  });
}
