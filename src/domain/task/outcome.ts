import type { DraftProblem } from '../sequence/draft.js';
import type { StepKind, TaskKind } from '../sequence/step.js';

/** What a task may be completed with. */
export interface TaskOutcome {
  /** What tasks, filters and the log have. */
  readonly id: string;
  /** What people read. */
  readonly name: string;
  /** The kinds of task that it is for. */
  readonly kinds: readonly TaskKind[];
}

/** What somebody says of a task that they complete. */
export interface Completion {
  /** The id of an outcome that is for its kind (`outcomeProblem`). */
  readonly outcome?: string;
  /** Formatted, as `html/rich-text.ts` leaves it. */
  readonly note?: string;
}

/** How a call can end in every account; no other kind of task has outcomes that are built in. */
export const callOutcomes: readonly TaskOutcome[] = [
  ofCall('connected', 'Connected'),
  ofCall('left_voicemail', 'Left voicemail'),
  ofCall('left_live_message', 'Left live message'),
  ofCall('no_answer', 'No answer'),
  ofCall('busy', 'Busy'),
  ofCall('wrong_number', 'Wrong number'),
];

/** The most outcomes that an account has of its own, and the longest id and name of one, in characters. */
export const maxOwnOutcomes = 100;
export const maxOutcomeId = 64;
export const maxOutcomeName = 100;

const idForm = /^[a-z0-9][a-z0-9_-]*$/;

/** What is wrong with the outcomes that an account is to have of its own, with pointers such as `/2/id`. */
export function ownOutcomeProblems(outcomes: readonly TaskOutcome[]): readonly DraftProblem[] {
  const seen = new Set<string>();
  return outcomes.flatMap(({ id }, index): readonly DraftProblem[] => {
    const pointer = `/${index}/id`;
    if (!idForm.test(id)) {
      const message = 'An id has lower-case letters, digits, "_" and "-", a letter or digit first.';
      return [{ pointer, code: 'bad_id', message }];
    }
    if (callOutcomes.some((builtIn) => builtIn.id === id)) {
      const message = 'Every account has this outcome; it needs none of its own.';
      return [{ pointer, code: 'duplicate_id', message }];
    }
    if (seen.has(id)) {
      const message = 'Another outcome has this id.';
      return [{ pointer, code: 'duplicate_id', message }];
    }
    seen.add(id);
    return [];
  });
}

/** Why a task of this kind cannot be completed with the outcome in an account with these of its own; undefined if it can. */
export function outcomeProblem(
  outcome: string,
  kind: StepKind,
  own: readonly TaskOutcome[],
): Omit<DraftProblem, 'pointer'> | undefined {
  const all = [...callOutcomes, ...own];
  const fitting = all.filter(({ kinds }) => kinds.some((each) => each === kind));
  if (fitting.some(({ id }) => id === outcome)) return undefined;
  const known =
    fitting.length === 0
      ? `The account has no outcomes for tasks of the kind "${kind}"; an admin adds them to "taskOutcomes" with PATCH /v1/account.`
      : `For tasks of the kind "${kind}" there are ${fitting.map(({ id }) => id).join(', ')}.`;
  return all.some(({ id }) => id === outcome)
    ? { code: 'not_for_this_kind', message: `This outcome is for other tasks. ${known}` }
    : { code: 'unknown_outcome', message: `There is no such outcome. ${known}` };
}

function ofCall(id: string, name: string): TaskOutcome {
  return { id, name, kinds: ['call'] };
}
