import type { SequenceDefinition } from './definition.js';
import type { DraftProblem, SequenceDraft, StepDraft } from './draft.js';
import { salesNavigator } from './step-rules.js';
import type { Step, TemplateRef } from './step.js';
import { marketingCampaigns, validateSequence, type ValidationResult } from './validate.js';

/** What an edit starts from. */
export interface EditedSequence {
  readonly name: string;
  readonly definition: SequenceDefinition;
}

/** The fields of a step that can be changed in place; the kind and the id cannot. */
export interface StepPatch {
  readonly delayDays?: number | undefined;
  /** Null takes a manual email's draft away. */
  readonly email?:
    | {
        readonly subject?: string | undefined;
        readonly html?: string | undefined;
        /** The template that both were taken from; an edit without it detaches the email from its template. */
        readonly template?: TemplateRef | undefined;
      }
    | null
    | undefined;
  /** Null opens a new thread (EDT-04). */
  readonly replyTo?: string | null | undefined;
  readonly title?: string | undefined;
  readonly notes?: string | undefined;
  readonly priority?: StepDraft['priority'];
  /** Null puts its tasks into no queue. */
  readonly queueId?: string | null | undefined;
  readonly waitsForCompletion?: boolean | undefined;
}

/** The sequence as a caller would write it, so that every edit is judged by the same rules as a new sequence. */
export function draftOf({ name, definition }: EditedSequence): SequenceDraft {
  const subjects = new Map(definition.steps.map((step) => [step.id, step.email?.subject]));
  const steps = definition.steps.map((step): StepDraft => {
    const { email, threading, ...rest } = step;
    if (threading?.kind !== 'reply') return { ...rest, email };
    if (email === undefined) return { ...rest, replyTo: threading.toStepId };
    // A reply that shares the subject of the email it answers keeps sharing it when that subject is edited.
    const inherits = subjects.get(threading.toStepId) === email.subject;
    return {
      ...rest,
      email: inherits ? { html: email.html, template: email.template } : email,
      replyTo: threading.toStepId,
    };
  });
  return { name, steps, settings: definition.settings };
}

/** Changes the name, and the settings that are given (EDT-01, SEQ-18); another campaign only if the account may (SET-21). */
export function editDetails(
  current: EditedSequence,
  patch: {
    readonly name?: string | undefined;
    readonly settings?: SequenceDraft['settings'] | undefined;
  },
  account: { readonly capabilities: readonly string[] } = { capabilities: [] },
): ValidationResult {
  const draft = draftOf(current);
  const settings = { ...draft.settings, ...given(patch.settings ?? {}) };
  const sameCampaign = settings.campaignId === draft.settings.campaignId;
  return validateEdit(
    { ...draft, name: patch.name ?? draft.name, settings },
    sameCampaign ? [] : [marketingCampaigns].filter((each) => !account.capabilities.includes(each)),
  );
}

/** Changes one step in place (TSK-22, EDT-04 to EDT-06); undefined when there is none with this id. */
export function editStep(
  current: EditedSequence,
  stepId: string,
  patch: StepPatch,
): ValidationResult | undefined {
  const draft = draftOf(current);
  const index = draft.steps.findIndex((step) => step.id === stepId);
  const step = draft.steps[index];
  const stored = current.definition.steps[index];
  if (step === undefined || stored === undefined) return undefined;
  const steps = draft.steps.with(index, patched(step, stored, patch));
  return repoint(validateEdit({ ...draft, steps }), (problem) => {
    const own = `/steps/${index}`;
    if (problem.pointer.startsWith(`${own}/`)) {
      return { ...problem, pointer: problem.pointer.slice(own.length) };
    }
    // An edit breaks another step only by removing the email that the other step answers.
    const other = draft.steps[indexIn(problem.pointer)]?.id ?? '';
    return { ...problem, pointer: '/email', message: `Step "${other}": ${problem.message}` };
  });
}

/**
 * Deletes a step (EDT-03); undefined when there is none with this id. A step that others answer is not deleted: change those
 * first, or save the whole list. If the deletion makes another step the first, that step loses its delay (SEQ-13).
 */
export function deleteStep(current: EditedSequence, stepId: string): ValidationResult | undefined {
  const draft = draftOf(current);
  const left = draft.steps.filter((step) => step.id !== stepId);
  if (left.length === draft.steps.length) return undefined;
  const answers = left.filter((step) => step.replyTo === stepId);
  if (answers.length > 0) {
    const problems = answers.map(({ id = '' }) => ({
      pointer: '/stepId',
      code: 'answered',
      message: `Step "${id}" answers this email: let it open a thread or answer another one first, or PUT the whole sequence.`,
    }));
    return { ok: false, problems };
  }
  const [first, ...others] = left;
  const steps = first === undefined ? [] : [{ ...first, delayDays: 0 }, ...others];
  return repoint(validateEdit({ ...draft, steps }), (problem) => ({
    ...problem,
    pointer: '/stepId',
  }));
}

/**
 * Reorders the steps (EDT-02). A step that becomes the first hands its delay to the step that was first and had none
 * (SEQ-13), so that the two do not run at once.
 */
export function reorderSteps(
  current: EditedSequence,
  stepIds: readonly string[],
): ValidationResult {
  const draft = draftOf(current);
  const byId = new Map(draft.steps.map((step) => [step.id, step]));
  const problems = orderProblems(new Set(byId.keys()), stepIds);
  if (problems.length > 0) return { ok: false, problems };
  const ordered = stepIds.flatMap((id) => byId.get(id) ?? []);
  const handed = ordered[0]?.delayDays ?? 0;
  const wasFirst = draft.steps[0]?.id;
  const steps = ordered.map((step, index) => {
    if (index === 0) return { ...step, delayDays: 0 };
    return step.id === wasFirst ? { ...step, delayDays: handed } : step;
  });
  return repoint(validateEdit({ ...draft, steps }), (problem) => ({
    ...problem,
    pointer: `/stepIds/${indexIn(problem.pointer)}`,
  }));
}

/**
 * Validates an edit as if the account had every capability but the `missing` ones: one that was switched off since the last
 * edit must not block edits of the rest.
 */
function validateEdit(draft: SequenceDraft, missing: readonly string[] = []): ValidationResult {
  const capabilities = [salesNavigator, marketingCampaigns];
  return validateSequence(draft, {
    capabilities: capabilities.filter((each) => !missing.includes(each)),
  });
}

function patched(step: StepDraft, stored: Step, patch: StepPatch): StepDraft {
  const { email, replyTo, queueId, ...plain } = patch;
  const answers = replyTo === undefined ? step.replyTo : (replyTo ?? undefined);
  // An email that answers no other keeps as its own the subject that it has had so far.
  const had = answers === undefined ? stored.email : step.email;
  return {
    ...step,
    ...given(plain),
    email: patchedEmail(had, email, answers !== undefined),
    replyTo: answers,
    queueId: queueId === undefined ? step.queueId : (queueId ?? undefined),
  };
}

function patchedEmail(
  had: StepDraft['email'],
  patch: StepPatch['email'],
  isReply: boolean,
): StepDraft['email'] {
  if (patch === undefined) return had;
  if (patch === null) return undefined;
  const before = had ?? { subject: undefined, html: '', template: undefined };
  const html = patch.html ?? before.html;
  // A reply goes out under the subject of what it answers, whatever its template's is.
  if (patch.template && isReply) return { ...before, html, template: patch.template };
  const subject = patch.subject ?? before.subject;
  const isAsBefore = subject === before.subject && html === before.html;
  return { subject, html, template: patch.template ?? (isAsBefore ? before.template : undefined) };
}

function orderProblems(
  known: ReadonlySet<string | undefined>,
  stepIds: readonly string[],
): readonly DraftProblem[] {
  const seen = new Set<string>();
  const problems = stepIds.flatMap((id, index): DraftProblem[] => {
    const pointer = `/stepIds/${index}`;
    if (!known.has(id)) {
      return [{ pointer, code: 'unknown_step', message: `No step has the id "${id}".` }];
    }
    if (seen.has(id)) {
      return [{ pointer, code: 'duplicate_id', message: `"${id}" is named more than once.` }];
    }
    seen.add(id);
    return [];
  });
  const missing = [...known].filter((id) => id !== undefined && !seen.has(id));
  if (missing.length === 0) return problems;
  const message = `Every step is named once; missing: ${missing.join(', ')}.`;
  return [...problems, { pointer: '/stepIds', code: 'missing_step', message }];
}

function repoint(
  result: ValidationResult,
  point: (problem: DraftProblem) => DraftProblem,
): ValidationResult {
  return result.ok ? result : { ok: false, problems: result.problems.map(point) };
}

/** The index in a pointer such as `/steps/2/replyTo`. */
function indexIn(pointer: string): number {
  return Number(/^\/steps\/(\d+)/.exec(pointer)?.[1] ?? 0);
}

/** An object without the fields that are undefined. */
function given<T extends object>(fields: T): Partial<T> {
  const copy: Partial<T> = { ...fields };
  for (const name of Object.keys(fields)) {
    if (Reflect.get(fields, name) === undefined) Reflect.deleteProperty(copy, name);
  }
  return copy;
}
