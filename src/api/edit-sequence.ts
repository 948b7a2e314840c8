import { addVersion } from '../db/queries/sequence-versions.js';
import { lockSequence, type Sequence } from '../db/queries/sequences.js';
import type { User } from '../db/queries/users.js';
import type { SequenceDefinition } from '../domain/sequence/definition.js';
import { isSame } from '../domain/sequence/difference.js';
import type { DraftProblem } from '../domain/sequence/draft.js';
import type { ValidationResult } from '../domain/sequence/validate.js';
import type { CallContext } from './endpoint.js';
import { requireMatch } from './precondition.js';
import { saveTemplates, type TemplateWishes } from './save-templates.js';
import { refuse, refuseFields, refuseUnknown, type FieldError } from './problem.js';

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
  readonly make: (current: Sequence) => ValidationResult | Promise<ValidationResult>;
  /** What was found when the texts of the body were read. */
  readonly findings?: TextFindings;
  /** Emails of the result that are to be saved as templates. */
  readonly wishes?: (made: SequenceDefinition) => TemplateWishes;
  /** What the pointers of broken rules point into; the body without it. */
  readonly place?: FieldError['in'];
}

/**
 * Saves an edit as the sequence's next version, which new enrollments get from the commit on (EDT-07, SET-22). Those that
 * run keep the version they began with. An edit that changes nothing makes no version. Refuses one that is not based on
 * the current version, and one that breaks a rule.
 */
export async function editSequence(call: CallContext, edit: Edit): Promise<Sequence> {
  const { tx, accountId, now } = call;
  const current = await lockSequence(tx, accountId, edit.sequenceId, 'edit');
  if (current === undefined) return refuseUnknown('sequence');
  requireMatch(call, current.version);
  if (current.archivedAt !== null) {
    return refuse('SEQUENCE_NOT_ACTIVE', 'The sequence was deleted; make a copy of it to go on.');
  }
  const result = withFindings(edit.findings, await edit.make(current));
  if (!result.ok) return refuseDraft(result.problems, edit.place);
  const { name } = result;
  const wishes = edit.wishes?.(result.definition) ?? new Map();
  const definition = await saveTemplates(call, edit.editor, result.definition, wishes);
  if (name === current.name && isSame(current.definition, definition)) return current;
  return addVersion(tx, accountId, current, {
    name,
    definition,
    createdBy: edit.editor.id,
    createdAt: now,
  });
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
