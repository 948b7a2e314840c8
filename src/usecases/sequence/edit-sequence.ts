import { findAccount } from '../../db/queries/accounts.js';
import { addVersion, usedSteps } from '../../db/queries/sequence-versions.js';
import type { Sequence } from '../../db/queries/sequences.js';
import type { User } from '../../db/queries/users.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { isSame } from '../../domain/sequence/difference.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import { keepTakenOver, validateReplacement } from '../../domain/sequence/replacement.js';
import type { ValidationResult } from '../../domain/sequence/validate.js';
import { lockForEdit } from '../access.js';
import type { Act } from '../act.js';
import { moveEnrollments } from '../enrollment/move-enrollments.js';
import { note } from '../log.js';
import { refuse, refuseFields, type FieldError } from '../refusal.js';
import { unknownReferences } from './require-references.js';
import { saveTemplates, type TemplateWishes } from './save-templates.js';

/** A sequence after an edit, and how many enrollments were moved to its version, if they were to be. */
export interface EditedSequence {
  readonly sequence: Sequence;
  readonly movedEnrollments?: number;
}

/** What was found when the formatted texts and templates of a body were read. */
export interface TextFindings {
  /** What is wrong with them, apart from the rules of a sequence. */
  readonly problems: readonly DraftProblem[];
  /** The field of the body that a pointer into the draft made of it stands for. */
  readonly place: (pointer: string) => string;
}

/** An edit of a sequence: who makes it, and what it makes of the current version. */
export interface Edit {
  readonly sequenceId: string;
  readonly editor: User;
  /** Whether those that run are moved to the version that comes of it, too. */
  readonly applyTo: 'new' | 'active';
  readonly make: (current: Sequence) => ValidationResult | Promise<ValidationResult>;
  /** What was found when the texts of the body were read. */
  readonly findings?: TextFindings;
  /** Emails of the result that are to be saved as templates. */
  readonly wishes?: (made: SequenceDefinition) => TemplateWishes;
  /** What the pointers of broken rules point into; the body without it. */
  readonly place?: FieldError['in'];
  /** True when it takes an earlier version over, which may name queues that have been deleted since. */
  readonly restores?: boolean;
  /** Where a name that nothing has stands, if not where it stands in a whole sequence. */
  readonly point?: (pointer: string) => string;
}

/**
 * Saves an edit as the sequence's next version, which new enrollments get from the commit on (EDT-07, SET-22). Those that
 * run keep the version they began with, unless the edit applies to them too: then all that have not ended are moved in the
 * same transaction. An edit that changes nothing makes no version. Refuses one that is not based on the current version,
 * one that breaks a rule, and an editor who may not.
 */
export async function editSequence(act: Act, edit: Edit): Promise<EditedSequence> {
  const sequence = await saveEdit(act, edit);
  if (edit.applyTo === 'new') return { sequence };
  return { sequence, movedEnrollments: await moveEnrollments(act, sequence) };
}

async function saveEdit(act: Act, edit: Edit): Promise<Sequence> {
  const { tx, accountId, now } = act;
  const current = await lockForEdit(act, edit.sequenceId);
  act.requireVersion(current.version);
  if (current.deletedAt !== null) return refuseDeleted();
  const result = withFindings(edit.findings, await edit.make(current));
  if (!result.ok) return refuseDraft(result.problems, edit.place);
  const kept = edit.restores ? result.definition : current.definition;
  const unknown = await unknownReferences(act, result.definition, kept);
  if (unknown.length > 0) {
    const problems = unknown.map((each) => ({
      ...each,
      pointer: edit.point?.(each.pointer) ?? each.pointer,
    }));
    return refuseDraft(problems, edit.place);
  }
  const { name } = result;
  const wishes = edit.wishes?.(result.definition) ?? new Map();
  const definition = await saveTemplates(act, edit.editor, result.definition, wishes);
  if (versionAfter(current, { name, definition }) === current.version) return current;
  const by = { createdBy: edit.editor.id, createdAt: now };
  const saved = await addVersion(tx, accountId, current, { name, definition, ...by });
  const data = { version: saved.version, applyTo: edit.applyTo };
  await note(act, { subject: 'sequence', id: saved.id, type: 'versioned', data });
  return saved;
}

/** The version that an edit leads to: the current one when it changes nothing. */
export function versionAfter(
  { name, definition, version }: Sequence,
  edited: Pick<Sequence, 'name' | 'definition'>,
): number {
  return edited.name === name && isSame(definition, edited.definition) ? version : version + 1;
}

/** Judges a draft that is to replace a sequence's steps and settings. */
export async function judgeReplacement(
  { tx, accountId }: Act,
  current: Sequence,
  draft: Parameters<typeof keepTakenOver>[0],
): Promise<ValidationResult> {
  const account = (await findAccount(tx, accountId)) ?? { capabilities: [] };
  const used = await usedSteps(tx, accountId, current.id);
  return validateReplacement(keepTakenOver(draft, current.definition), account, used);
}

/** Refuses an edit of a sequence that was deleted. */
export function refuseDeleted(): never {
  return refuse('SEQUENCE_NOT_ACTIVE', 'The sequence was deleted; make a copy of it to go on.');
}

/** The verdict on a draft, with what is wrong with its texts besides, each problem at the field that the caller gave. */
export function withFindings(
  findings: TextFindings | undefined,
  verdict: ValidationResult,
): ValidationResult {
  if (findings === undefined || (verdict.ok && findings.problems.length === 0)) return verdict;
  const broken = verdict.ok ? [] : verdict.problems;
  const placed = broken.map((problem) => ({
    ...problem,
    pointer: findings.place(problem.pointer),
  }));
  return { ok: false, problems: [...findings.problems, ...placed] };
}

/** Refuses a draft with every rule that it breaks. */
export function refuseDraft(
  problems: readonly DraftProblem[],
  place: FieldError['in'] = 'body',
): never {
  return refuseFields(problems.map((problem) => ({ in: place, ...problem })));
}
