import type { DraftProblem, SequenceDraft, StepDraft } from './draft.js';
import type { SequenceDefinition } from './definition.js';
import type { EmailContent, StepKind } from './step.js';
import { validateSequence, type ValidationResult } from './validate.js';

/** A step that a version of the sequence has had. */
export interface UsedStep {
  readonly id: string;
  readonly kind: StepKind;
}

/**
 * A draft with what it has taken over from the version that was read: an email whose content is as before keeps its template,
 * and a reply that had its subject from the email that it answers has it from there again.
 */
export function keepTakenOver(draft: SequenceDraft, before: SequenceDefinition): SequenceDraft {
  const emails = new Map(before.steps.map(({ id, email }) => [id, email]));
  const steps = draft.steps.map((step) => {
    const { id = '', email, replyTo = '' } = step;
    const had = emails.get(id);
    if (email === undefined || had === undefined || email.template !== undefined) return step;
    return { ...step, email: takenOver(email, had, emails.get(replyTo)?.subject) };
  });
  return { ...draft, steps };
}

/** `inherited` is the subject of the email that it answers, as it was. */
function takenOver(
  email: NonNullable<StepDraft['email']>,
  had: EmailContent,
  inherited: string | undefined,
): StepDraft['email'] {
  const { html, subject = inherited } = email;
  if (subject !== had.subject) return email;
  const template = html === had.html ? had.template : undefined;
  return { html, subject: subject === inherited ? undefined : subject, template };
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
