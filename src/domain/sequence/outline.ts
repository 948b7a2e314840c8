import type { SequenceDefinition } from './definition.js';
import type { StepKind } from './step.js';

/** One line of the plan that the Temporal UI shows. */
export interface OutlineStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly delayDays: number;
}

/** The steps of a version without their content. */
export function outlineOf({ steps }: SequenceDefinition): readonly OutlineStep[] {
  return steps.map(({ id, kind, delayDays }) => ({ id, kind, delayDays }));
}
