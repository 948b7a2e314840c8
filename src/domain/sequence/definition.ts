import type { TimingSettings } from '../time/types.js';
import type { Step } from './step.js';

/** What to do with a reply step whose earlier email was skipped or failed. */
export const parentMissingPolicies = ['new_thread', 'stop'] as const;
export type ParentMissingPolicy = (typeof parentMissingPolicies)[number];

/** A sequence's settings; none of them touches the first step (SET-01). */
export interface SequenceSettings extends TimingSettings {
  /** When one contact replies or books, unenroll its company's contacts from this sequence (ENR-22). */
  readonly unenrollCompany: boolean;
  readonly onParentMissing: ParentMissingPolicy;
}

/** One immutable version of a sequence: what an enrollment runs. */
export interface SequenceDefinition {
  readonly steps: readonly Step[];
  readonly settings: SequenceSettings;
}

export const defaultSettings: SequenceSettings = {
  eligibleFollowUpDays: 'BUSINESS_DAYS',
  sendWindowStartMinute: 8 * 60,
  sendWindowEndMinute: 18 * 60,
  taskCreationMinute: 0,
  unenrollCompany: false,
  onParentMissing: 'new_thread',
};

/** A step with its 1-based position among `total`. */
export interface PlacedStep {
  readonly step: Step;
  readonly position: number;
  readonly total: number;
}

/** The step with this id, or undefined. */
export function findStep(definition: SequenceDefinition, stepId: string): PlacedStep | undefined {
  const index = definition.steps.findIndex((step) => step.id === stepId);
  return place(definition, index);
}

/** The step that follows the one with this id, or undefined at the end. */
export function stepAfter(definition: SequenceDefinition, stepId: string): PlacedStep | undefined {
  const index = definition.steps.findIndex((step) => step.id === stepId);
  return index < 0 ? undefined : place(definition, index + 1);
}

/** The first step, or undefined for a sequence without any. */
export function firstStep(definition: SequenceDefinition): PlacedStep | undefined {
  return place(definition, 0);
}

function place(definition: SequenceDefinition, index: number): PlacedStep | undefined {
  const step = definition.steps[index];
  return step && { step, position: index + 1, total: definition.steps.length };
}
