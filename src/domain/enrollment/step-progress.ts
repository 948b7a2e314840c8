import type { SequenceDefinition } from '../sequence/definition.js';
import type { StepKind } from '../sequence/step.js';

/**
 * done: its email was sent or its task created · uncertain: it is left, and its email may have arrived · skipped: left out on
 * the way · next: runs next, or its task is awaited · later: comes after that · before_start: never runs (ENR-13) · not_run:
 * never will, the enrollment has ended.
 */
export const progresses = [
  'done',
  'uncertain',
  'skipped',
  'next',
  'later',
  'before_start',
  'not_run',
] as const;
export type Progress = (typeof progresses)[number];

/** What the log says of steps that have run or were skipped, by step id. */
export type StepHistory = ReadonlyMap<string, Extract<Progress, 'done' | 'skipped'>>;

/** One step of an enrollment and how it stands. */
export interface StepProgress {
  readonly id: string;
  /** 1-based. */
  readonly position: number;
  readonly kind: StepKind;
  readonly delayDays: number;
  readonly progress: Progress;
}

/** How each step of an enrollment stands, in the order of the steps. */
export function progressOf(
  { steps }: SequenceDefinition,
  enrollment: {
    /** The step that is next; null when the enrollment has ended. */
    readonly stepId: string | null;
    readonly stepsBeforeStart: readonly string[] | null;
    readonly history: StepHistory;
    /** The steps whose email may have arrived, although nobody has seen an answer. */
    readonly uncertainSteps: readonly string[];
  },
): readonly StepProgress[] {
  const { stepId, stepsBeforeStart, history, uncertainSteps } = enrollment;
  const nextAt = steps.findIndex(({ id }) => id === stepId);
  return steps.map(({ id, kind, delayDays }, index) => {
    const ahead = stepId !== null && index > nextAt ? 'later' : 'not_run';
    const behind = stepsBeforeStart?.includes(id) ? 'before_start' : ahead;
    const left = uncertainSteps.includes(id) ? 'uncertain' : (history.get(id) ?? behind);
    // A task that was made stays done, whatever became of its email.
    const past = history.get(id) === 'done' ? 'done' : left;
    const progress = id === stepId ? 'next' : past;
    return { id, position: index + 1, kind, delayDays, progress };
  });
}
