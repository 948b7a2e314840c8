import { findStep, withStep, type SequenceDefinition } from '../sequence/definition.js';
import { differenceBetween } from '../sequence/difference.js';
import type { Instant, Why } from '../time/types.js';
import { changeFor, changeVersion, type MovingCase, type VersionChange } from './change-version.js';
import type { Standing } from './enrollment.js';
import type { Happening } from './progress.js';

/** What a move does to one enrollment, the largest effect first. */
export const impacts = ['finish', 'otherStep', 'earlier', 'later', 'keep'] as const;
export type ImpactKind = (typeof impacts)[number];

/** An enrollment whose impact is asked for. */
export interface AffectedCase extends MovingCase {
  readonly id: string;
  readonly version: number;
}

/** The step that is next, when and why then. */
export interface NextStep {
  readonly stepId: string | null;
  readonly at: Instant | null;
  readonly why: readonly Why[];
}

export interface ImpactExample {
  readonly enrollmentId: string;
  readonly impact: ImpactKind;
  readonly before: NextStep;
  readonly after: NextStep;
}

export interface Impact {
  /** How many enrollments there are of each kind. */
  readonly counts: Readonly<Record<ImpactKind, number>>;
  /** Steps that at least one of them would run, would no longer run, or would run in another form. */
  readonly steps: { readonly added: number; readonly removed: number; readonly changed: number };
  /** A few enrollments, of each kind that there is. */
  readonly examples: readonly ImpactExample[];
}

/** Adds up what moving enrollments to a version would do, by the same decision that moves them. */
export interface ImpactTally {
  add(affected: AffectedCase): void;
  result(): Impact;
}

const mostExamples = 10;

export function createImpactTally(
  to: Omit<VersionChange, 'fromVersion'>,
  happening: Happening,
): ImpactTally {
  const counts = { finish: 0, otherStep: 0, earlier: 0, later: 0, keep: 0 };
  const examples: ImpactExample[] = [];
  const steps = createStepTally();
  return {
    add: (affected) => {
      const change = { ...to, fromVersion: affected.version };
      const after = changeVersion(affected, change, happening).standing;
      const impact = impactOf(affected.standing, after);
      counts[impact] += 1;
      steps.add(affected, after, changeFor(affected, to).definition);
      if (counts[impact] > mostExamples) return;
      const [before, then] = [nextOf(affected.standing), nextOf(after)];
      examples.push({ enrollmentId: affected.id, impact, before, after: then });
    },
    result: () => ({ counts, steps: steps.result(), examples: mixed(examples) }),
  };
}

function impactOf(before: Standing, after: Standing): ImpactKind {
  if (after.endedAt !== null) return 'finish';
  if (after.stepId !== before.stepId) return 'otherStep';
  if (before.nextAt === null || after.nextAt === null || before.nextAt === after.nextAt) {
    return 'keep';
  }
  return after.nextAt < before.nextAt ? 'earlier' : 'later';
}

function nextOf({ stepId, nextAt, why }: Standing): NextStep {
  return { stepId, at: nextAt, why };
}

/** One of each kind in turn, until there are enough. */
function mixed(examples: readonly ImpactExample[]): readonly ImpactExample[] {
  const ranked = impacts.flatMap((kind, weight) =>
    examples
      .filter(({ impact }) => impact === kind)
      .map((example, round) => ({ example, rank: round * impacts.length + weight })),
  );
  ranked.sort((one, other) => one.rank - other.rank);
  return ranked.slice(0, mostExamples).map(({ example }) => example);
}

interface StepTally {
  /** `definition` is the version that it is moved to, as it runs it. */
  add(before: MovingCase, after: Standing, definition: SequenceDefinition): void;
  result(): Impact['steps'];
}

function createStepTally(): StepTally {
  const found = {
    added: new Set<string>(),
    removed: new Set<string>(),
    changed: new Set<string>(),
  };
  // Weak keys: an enrollment with overrides runs a definition of its own, which need not be kept.
  const changedSince = new WeakMap<SequenceDefinition, ReadonlySet<string>>();
  // Thousands of enrollments stand at the same step of the same version; each such place is computed once.
  const seen = new WeakMap<SequenceDefinition, Set<string>>();
  const isNew = (before: MovingCase, after: Standing): boolean => {
    const { stepId, state } = before.standing;
    const place = [stepId, state, after.stepId, after.state, ...before.ran].join('/');
    const places = seen.get(before.definition) ?? new Set();
    seen.set(before.definition, places);
    return !places.has(place) && Boolean(places.add(place));
  };
  const changesOf = (
    from: SequenceDefinition,
    definition: SequenceDefinition,
  ): ReadonlySet<string> => {
    const known = changedSince.get(from);
    if (known) return known;
    const { changed } = differenceBetween(from, definition);
    const ids = new Set(changed.map(({ stepId }) => stepId));
    changedSince.set(from, ids);
    return ids;
  };
  return {
    add: (before, after, definition) => {
      if (!isNew(before, after)) return;
      const had = stillToRun(before.standing, before.definition, before.ran);
      const has = stillToRun(after, withItsStep(after, definition, before), before.ran);
      const edited = changesOf(before.definition, definition);
      for (const id of has) if (!had.has(id)) found.added.add(id);
      for (const id of had) if (!has.has(id)) found.removed.add(id);
      for (const id of has) if (had.has(id) && edited.has(id)) found.changed.add(id);
    },
    result: () => ({
      added: found.added.size,
      removed: found.removed.size,
      changed: found.changed.size,
    }),
  };
}

/** A deleted step whose email is being sent still runs. */
function withItsStep(
  { stepId }: Standing,
  definition: SequenceDefinition,
  before: MovingCase,
): SequenceDefinition {
  return stepId === null || findStep(definition, stepId)
    ? definition
    : withStep(definition, before.definition, stepId);
}

/** The steps that have not run, from the next one on. */
function stillToRun(
  { stepId }: Standing,
  { steps }: SequenceDefinition,
  ran: ReadonlySet<string>,
): ReadonlySet<string> {
  const from = stepId === null ? -1 : steps.findIndex(({ id }) => id === stepId);
  if (from < 0) return new Set();
  return new Set(
    steps
      .slice(from)
      .map(({ id }) => id)
      .filter((id) => !ran.has(id)),
  );
}
