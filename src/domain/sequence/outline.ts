import type { SequenceDefinition } from './definition.js';
import type { StepKind } from './step.js';

/** One line of the plan that the Temporal UI shows. */
export interface OutlineStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly delayDays: number;
  /** Before the step that the enrollment started at: it never runs (ENR-13). */
  readonly isBeforeStart?: true;
}

/** The steps of a version without their content; `beforeStart` are the ids of the steps before the start. */
export function outlineOf(
  { steps }: SequenceDefinition,
  beforeStart: readonly string[] | null,
): readonly OutlineStep[] {
  return steps.map(({ id, kind, delayDays }) => ({
    id,
    kind,
    delayDays,
    ...(beforeStart?.includes(id) && { isBeforeStart: true }),
  }));
}
