import type { EnrollmentOverrides, EnrollmentStart, StepOverride } from '../enrollment/choices.js';
import type { TimeZone } from '../time/types.js';

/** `bulk`: at most 50 contacts (LIM-06); `import`: many more, under a right of its own. */
export const bulkKinds = ['bulk', 'import'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** The most contacts of a batch (LIM-06, BULK_TOO_LARGE). */
export const maxContacts: Readonly<Record<BulkKind, number>> = { bulk: 50, import: 10_000 };

/** draft: nothing is sent · running: its items are being enrolled · finished, cancelled: nothing more will be. */
export const bulkStates = ['draft', 'running', 'finished', 'cancelled'] as const;
export type BulkState = (typeof bulkStates)[number];

/** What became of one contact of a batch; `removed` and `cancelled` ones are never enrolled by it. */
export const bulkItemStates = ['pending', 'enrolled', 'refused', 'removed', 'cancelled'] as const;
export type BulkItemState = (typeof bulkItemStates)[number];

/** What can be chosen for a whole batch (BLK-04) and otherwise for one contact of it (BLK-05); never the sender (BLK-12). */
export interface BulkChoices {
  readonly timeZone?: TimeZone | undefined;
  readonly useContactTimeZone?: boolean | undefined;
  readonly overrides?: EnrollmentOverrides | undefined;
  readonly start?: EnrollmentStart | undefined;
}

/** Why a contact was not enrolled. */
export interface ItemRefusal {
  readonly code: string;
  readonly detail: string;
  /** Further facts, such as the missing tokens of MISSING_TOKENS (BLK-10). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * What one contact is enrolled with: what was chosen for it alone, and for the rest what was chosen for all. Settings, steps
 * and token values are laid over one another one by one, those of a step too. A zone of its own also undoes that all run in
 * their contact's.
 */
export function mergeChoices(defaults: BulkChoices, own: BulkChoices): BulkChoices {
  const zone = own.timeZone === undefined ? defaults : { ...defaults, useContactTimeZone: false };
  const overrides = mergeOverrides(defaults.overrides, own.overrides);
  const start = { ...defaults.start, ...own.start };
  return {
    ...pickZone(own.useContactTimeZone === true ? {} : zone),
    ...pickZone(own),
    ...(overrides && { overrides }),
    ...(Object.keys(start).length > 0 && { start }),
  };
}

function pickZone({ timeZone, useContactTimeZone }: BulkChoices): BulkChoices {
  return {
    ...(timeZone !== undefined && { timeZone }),
    ...(useContactTimeZone !== undefined && { useContactTimeZone }),
  };
}

function mergeOverrides(
  all: EnrollmentOverrides | undefined,
  own: EnrollmentOverrides | undefined,
): EnrollmentOverrides | undefined {
  if (all === undefined || own === undefined) return own ?? all;
  const ids = new Set([...Object.keys(all.steps ?? {}), ...Object.keys(own.steps ?? {})]);
  const steps = [...ids].map((id) => [id, mergeStep(all.steps?.[id], own.steps?.[id])] as const);
  return {
    ...all,
    ...own,
    ...mergedMap('settings', all.settings, own.settings),
    ...mergedMap('tokenValues', all.tokenValues, own.tokenValues),
    ...(steps.length > 0 && { steps: Object.fromEntries(steps) }),
  };
}

function mergeStep(all: StepOverride | undefined, own: StepOverride | undefined): StepOverride {
  return { ...all, ...own, ...mergedMap('tokenValues', all?.tokenValues, own?.tokenValues) };
}

function mergedMap<K extends string, T extends object>(
  name: K,
  all: T | undefined,
  own: T | undefined,
): { readonly [key in K]?: T } | object {
  return all === undefined && own === undefined ? {} : { [name]: { ...all, ...own } };
}
