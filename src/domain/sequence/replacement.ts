import type { DraftProblem, ReplacementStep, SequenceDraft, StepDraft } from './draft.js';
import type { SequenceDefinition } from './definition.js';
import type { EmailContent, Step, StepKind } from './step.js';
import { validateSequence, type ValidationResult } from './validate.js';

/** A step that a version of the sequence has had. */
export interface UsedStep {
  readonly id: string;
  readonly kind: StepKind;
}

/**
 * A draft with what it has taken over from the version that was read: a step that says nothing of its thread goes on answering
 * what it answered, an email whose content is as before keeps its template, and a reply that had its subject from the email that
 * it answers has it from there again.
 */
export function keepTakenOver(
  draft: Omit<SequenceDraft, 'steps'> & { readonly steps: readonly ReplacementStep[] },
  before: SequenceDefinition,
): SequenceDraft {
  const known = new Map(before.steps.map((step) => [step.id, step]));
  const steps = draft.steps.map((written) => {
    const had = known.get(written.id ?? '');
    const step = had === undefined ? written : threadKept(written, had);
    const { email, replyTo = '' } = step;
    if (email === undefined || had?.email === undefined) return step;
    if (email.template !== undefined) return step;
    return { ...step, email: takenOver(email, had.email, known.get(replyTo)?.email?.subject) };
  });
  return { ...draft, steps };
}

function threadKept(step: ReplacementStep, had: Step): StepDraft {
  const isSaid = step.threading !== undefined || step.replyTo !== undefined;
  if (isSaid || step.kind !== had.kind || had.threading?.kind !== 'reply') return step;
  const { email, templateId } = step;
  // A reply goes out under the subject of what it answers, whatever its template's is.
  const kept = email && templateId !== undefined ? { ...email, subject: undefined } : email;
  return { ...step, email: kept, replyTo: had.threading.toStepId };
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
