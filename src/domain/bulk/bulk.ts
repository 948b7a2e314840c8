import type { EnrollmentOverrides, EnrollmentStart } from '../enrollment/choices.js';
import type { TimeZone } from '../time/types.js';

/** `bulk`: at most 50 contacts (LIM-06); `import`: many more, under a permission of its own. */
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
export interface BulkChoices extends EnrollmentOverrides, EnrollmentStart {
  readonly timeZone?: TimeZone | undefined;
  readonly useContactTimeZone?: boolean | undefined;
}

/** Why a contact was not enrolled. */
export interface ItemRefusal {
  readonly code: string;
  readonly detail: string;
  /** Further facts, such as the missing tokens of MISSING_TOKENS (BLK-10). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * What one contact is enrolled with: its own choices, laid over those made for all. Settings, steps and token values are
 * merged one by one, and so are the fields of a step. A zone chosen on one side overrides what the other side says of the
 * contact's zone.
 */
export function mergeChoices(defaults: BulkChoices, own: BulkChoices): BulkChoices {
  const { timeZone, useContactTimeZone, ...rest } = defaults;
  const ownZone = own.timeZone !== undefined || own.useContactTimeZone !== undefined;
  return {
    ...rest,
    ...(!ownZone && timeZone !== undefined && { timeZone }),
    ...(!ownZone && useContactTimeZone !== undefined && { useContactTimeZone }),
    ...own,
    ...mergedMap('settings', defaults.settings, own.settings),
    ...mergedMap('tokenValues', defaults.tokenValues, own.tokenValues),
    ...mergedMap('steps', defaults.steps, mergeSteps(defaults.steps ?? {}, own.steps)),
  };
}

/** The steps for which the contact has choices of its own, each laid over the choices that all have for it. */
function mergeSteps(all: Steps, own: Steps | undefined): Steps | undefined {
  if (own === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(own).map(([id, step]) => {
      const common = all[id];
      const tokenValues = mergedMap('tokenValues', common?.tokenValues, step.tokenValues);
      return [id, { ...common, ...step, ...tokenValues }];
    }),
  );
}

type Steps = NonNullable<EnrollmentOverrides['steps']>;

/** Both maps merged under a name, the second over the first; empty when there is neither. */
function mergedMap<T extends object>(
  name: 'settings' | 'steps' | 'tokenValues',
  all: T | undefined,
  own: T | undefined,
): object {
  return all === undefined && own === undefined ? {} : { [name]: { ...all, ...own } };
}
