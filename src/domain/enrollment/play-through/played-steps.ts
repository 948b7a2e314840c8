import type { StepKind } from '../../sequence/step.js';
import type { Instant, Why } from '../../time/types.js';
import type { EnrollmentCase } from '../enrollment.js';
import type { LogEntry } from '../log.js';

/**
 * What became of a step. done: it ran · skipped: it was left out · waiting: it still waits for its time, its task or a
 * resume · not_reached: its turn never came · before_start: it stands before the step that the enrollment begins at
 * (ENR-13).
 */
export const playedOutcomes = [
  'done',
  'skipped',
  'waiting',
  'not_reached',
  'before_start',
] as const;
export type PlayedOutcome = (typeof playedOutcomes)[number];

/** One step of a life that was played through. */
export interface PlayedStep {
  readonly stepId: string;
  /** 1-based. */
  readonly position: number;
  readonly kind: StepKind;
  readonly outcome: PlayedOutcome;
  /** When it was finally planned to run, and each rule that put it there; null where that was never settled. */
  readonly plannedAt: Instant | null;
  readonly why: readonly Why[];
  /** When its email was sent or its task created. */
  readonly ranAt: Instant | null;
  /** Of a task: when it is due, and when it was completed. */
  readonly dueAt: Instant | null;
  readonly completedAt: Instant | null;
  /** The earlier steps whose tasks are assumed to be completed; its time rests on that. */
  readonly assumesCompletionOf: readonly string[];
  /** True while its sequence or account is paused: its time rests on a resume before the first step is due. */
  readonly assumesResuming: boolean;
}

/** What the times of steps rest on. */
interface Assumptions {
  /** For each step, the steps whose tasks are assumed to be completed. */
  readonly completions: ReadonlyMap<string, readonly string[]>;
  readonly isHeld: boolean;
}

/** Every step of the sequence, with what the timeline says of it. */
export function playedSteps(
  { definition, standing }: EnrollmentCase,
  timeline: readonly LogEntry[],
  { completions, isHeld }: Assumptions,
): readonly PlayedStep[] {
  const begunWith = timeline[0]?.data.next?.stepId;
  const startAt = definition.steps.findIndex(({ id }) => id === begunWith);
  return definition.steps.map(({ id, kind }, index): PlayedStep => {
    const about = timeline.filter(({ stepId }) => stepId === id);
    const ran = about.find(({ type }) => type === 'email_sent' || type === 'task_created');
    const skipped = about.find(({ type }) => type === 'step_skipped');
    const isNext = standing.stepId === id;
    const planned = (ran ?? skipped)?.data ?? (isNext ? pending(standing) : {});
    return {
      stepId: id,
      position: index + 1,
      kind,
      outcome: index < startAt ? 'before_start' : outcomeOf({ ran, skipped, isNext }),
      plannedAt: planned.plannedAt ?? null,
      why: planned.why ?? [],
      ranAt: ran?.at ?? null,
      ...taskTimes(ran, about),
      assumesCompletionOf: completions.get(id) ?? [],
      assumesResuming: isHeld && planned.plannedAt !== undefined,
    };
  });
}

function taskTimes(
  ran: LogEntry | undefined,
  about: readonly LogEntry[],
): Pick<PlayedStep, 'dueAt' | 'completedAt'> {
  return {
    dueAt: ran?.data.dueAt ?? null,
    completedAt: about.find(({ type }) => type === 'task_completed')?.at ?? null,
  };
}

function outcomeOf(found: {
  readonly ran: LogEntry | undefined;
  readonly skipped: LogEntry | undefined;
  readonly isNext: boolean;
}): PlayedOutcome {
  if (found.skipped) return 'skipped';
  if (found.isNext) return 'waiting';
  return found.ran ? 'done' : 'not_reached';
}

function pending({ nextAt, why }: EnrollmentCase['standing']): {
  readonly plannedAt?: Instant;
  readonly why?: readonly Why[];
} {
  return nextAt === null ? {} : { plannedAt: nextAt, why };
}
