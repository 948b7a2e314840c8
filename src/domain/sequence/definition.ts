import type { SendTime, TimingSettings, WorkingDays } from '../time/types.js';
import type { Step } from './step.js';

/** What to do with a reply step whose earlier email was skipped or failed. */
export const parentMissingPolicies = ['new_thread', 'stop'] as const;
export type ParentMissingPolicy = (typeof parentMissingPolicies)[number];

/** A sequence's settings; but for `firstEmailInWindow` none of them touches the first step (SET-01). */
export interface SequenceSettings extends TimingSettings {
  /**
   * Whether a first email that would go out at once waits for the send window and an eligible day, as a follow-up does; never
   * where a time was chosen for it (SET-12, SET-13).
   */
  readonly firstEmailInWindow: boolean;
  /** When one contact replies or books, unenroll its company's contacts from this sequence (ENR-22). */
  readonly unenrollCompany: boolean;
  readonly onParentMissing: ParentMissingPolicy;
  /**
   * The minute of the day, 0–1439, at which the assignee of a new task is reminded of it by mail; null for no mail
   * (TSK-05, TSK-06).
   */
  readonly taskReminderMinute: number | null;
  /** The days of its working week, in their order, at least one; null for those of the account. */
  readonly workingDays: WorkingDays | null;
  /** Ids of calendars whose days are no business days for follow-ups; empty for none. */
  readonly holidayCalendarIds: readonly string[];
  /** Runs an enrollment in the contact's zone unless the enrollment says otherwise (SET-16). */
  readonly useContactTimeZone: boolean;
  /** When on its day a follow-up email goes out (SET-05, SET-08). */
  readonly sendTime: SendTime;
  /** The one marketing campaign that it belongs to, by the caller's name for it, or null (SET-21). */
  readonly campaignId: string | null;
}

/** One immutable version of a sequence: what an enrollment runs. */
export interface SequenceDefinition {
  readonly steps: readonly Step[];
  readonly settings: SequenceSettings;
}

/** A definition as it is stored: one that was saved before a setting existed lacks that setting. */
export interface StoredDefinition {
  readonly steps: readonly Step[];
  readonly settings: Partial<SequenceSettings>;
}

/** Fills in the defaults of settings that a stored definition lacks. */
export function completeDefinition({ steps, settings }: StoredDefinition): SequenceDefinition {
  return { steps, settings: { ...defaultSettings, ...settings } };
}

export const defaultSettings: SequenceSettings = {
  eligibleFollowUpDays: 'BUSINESS_DAYS',
  sendWindowStartMinute: 8 * 60,
  sendWindowEndMinute: 18 * 60,
  taskCreationMinute: 0,
  firstEmailInWindow: false,
  unenrollCompany: false,
  onParentMissing: 'new_thread',
  taskReminderMinute: null,
  workingDays: null,
  holidayCalendarIds: [],
  useContactTimeZone: false,
  sendTime: 'same_time',
  campaignId: null,
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

/** The first step behind the one with this id that is not in `passed`, or undefined at the end. */
export function stepAfter(
  definition: SequenceDefinition,
  stepId: string,
  passed?: ReadonlySet<string>,
): PlacedStep | undefined {
  const index = definition.steps.findIndex((step) => step.id === stepId);
  if (index < 0) return undefined;
  const next = definition.steps.findIndex((step, at) => at > index && !passed?.has(step.id));
  return place(definition, next);
}

/**
 * Puts a step back that a version no longer has: behind its nearest earlier neighbour that is still there, or first. Throws
 * a RangeError when `earlier` has no such step.
 */
export function withStep(
  definition: SequenceDefinition,
  earlier: SequenceDefinition,
  stepId: string,
): SequenceDefinition {
  const index = earlier.steps.findIndex((step) => step.id === stepId);
  const step = earlier.steps[index];
  if (step === undefined) throw new RangeError(`no earlier version has a step ${stepId}`);
  const places = new Map(definition.steps.map(({ id }, place) => [id, place]));
  const neighbour = earlier.steps.slice(0, index).findLast(({ id }) => places.has(id));
  const before = neighbour === undefined ? -1 : (places.get(neighbour.id) ?? -1);
  return { ...definition, steps: definition.steps.toSpliced(before + 1, 0, step) };
}

/** The first step, or undefined for a sequence without any. */
export function firstStep(definition: SequenceDefinition): PlacedStep | undefined {
  return place(definition, 0);
}

function place(definition: SequenceDefinition, index: number): PlacedStep | undefined {
  const step = definition.steps[index];
  return step && { step, position: index + 1, total: definition.steps.length };
}
