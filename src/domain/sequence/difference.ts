import type { SequenceDefinition } from './definition.js';
import type { Step } from './step.js';

/** One field whose values differ between two versions; null where a version lacks the field. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | number | boolean | null;
  readonly to: string | number | boolean | null;
}

export interface StepPlace {
  readonly stepId: string;
  /** 1-based. */
  readonly position: number;
}

/** The changes that turn one version into the other. Steps are matched by id. */
export interface Difference {
  /** With their position in the later version. */
  readonly added: readonly StepPlace[];
  /** With their position in the earlier version. */
  readonly deleted: readonly StepPlace[];
  /**
   * The fewest steps that had to move past others; a step that merely moved up because another was deleted is not among
   * them.
   */
  readonly moved: readonly {
    readonly stepId: string;
    readonly from: number;
    readonly to: number;
  }[];
  readonly changed: readonly { readonly stepId: string; readonly fields: readonly FieldChange[] }[];
  readonly settings: readonly FieldChange[];
}

/** How two versions of a sequence differ. */
export function differenceBetween(from: SequenceDefinition, to: SequenceDefinition): Difference {
  const before = placesOf(from);
  const after = placesOf(to);
  const kept = to.steps.flatMap((step) => {
    const old = before.get(step.id);
    return old === undefined ? [] : [{ step, old }];
  });
  const still = longestRising(kept.map(({ old }) => old.position));
  return {
    added: missingFrom(before, after),
    deleted: missingFrom(after, before),
    moved: kept
      .filter(({ old }) => !still.has(old.position))
      .map(({ step, old }) => ({
        stepId: step.id,
        from: old.position,
        to: after.get(step.id)?.position ?? 0,
      })),
    changed: kept
      .map(({ step, old }) => ({
        stepId: step.id,
        fields: changes(fieldsOf(old.step), fieldsOf(step)),
      }))
      .filter(({ fields }) => fields.length > 0),
    settings: changes(settingsOf(from), settingsOf(to)),
  };
}

/** True when two versions say the same. */
export function isSame(from: SequenceDefinition, to: SequenceDefinition): boolean {
  return Object.values(differenceBetween(from, to)).every((part: readonly unknown[]) => {
    return part.length === 0;
  });
}

interface Placed {
  readonly step: Step;
  readonly position: number;
}

function placesOf(definition: SequenceDefinition): ReadonlyMap<string, Placed> {
  return new Map(definition.steps.map((step, index) => [step.id, { step, position: index + 1 }]));
}

function missingFrom(
  known: ReadonlyMap<string, Placed>,
  places: ReadonlyMap<string, Placed>,
): readonly StepPlace[] {
  return [...places].flatMap(([stepId, { position }]) =>
    known.has(stepId) ? [] : [{ stepId, position }],
  );
}

type Fields = Readonly<Record<string, FieldChange['from']>>;

/** A step's fields by the names that they are read and written by. */
function fieldsOf(step: Step): Fields {
  const { kind, delayDays, email, threading } = step;
  return {
    kind,
    delayDays,
    ...(email && { 'email.subject': email.subject, 'email.html': email.html }),
    ...(email?.template && {
      'email.template.id': email.template.id,
      'email.template.version': email.template.version,
    }),
    ...(threading?.kind === 'reply' && { 'threading.toStepId': threading.toStepId }),
    ...(step.kind !== 'automated_email' && {
      title: step.title,
      notes: step.notes,
      priority: step.priority,
      ...(step.queueId !== undefined && { queueId: step.queueId }),
      waitsForCompletion: step.waitsForCompletion,
    }),
  };
}

/** The settings, those with several values as a list in words. */
function settingsOf({ settings }: SequenceDefinition): Fields {
  return {
    ...settings,
    workingDays: settings.workingDays?.join(', ') ?? null,
    holidayCalendarIds: settings.holidayCalendarIds.join(', '),
  };
}

function changes(from: Fields, to: Fields): readonly FieldChange[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names]
    .map((field) => ({ field, from: from[field] ?? null, to: to[field] ?? null }))
    .filter((change) => change.from !== change.to);
}

/** The values of a longest rising subsequence of distinct numbers, in n·log n. */
function longestRising(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const previous = new Map<number, number | undefined>();
  for (const value of values) {
    const place = firstAtLeast(tails, value);
    previous.set(value, tails[place - 1]);
    tails[place] = value;
  }
  const rising = new Set<number>();
  for (let value = tails.at(-1); value !== undefined; value = previous.get(value)) {
    rising.add(value);
  }
  return rising;
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
