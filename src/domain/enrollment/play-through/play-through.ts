import { findStep, type SequenceDefinition } from '../../sequence/definition.js';
import { daysLater } from '../../time/days-later.js';
import type { Instant } from '../../time/types.js';
import {
  calendarOf,
  type Decision,
  type EnrollmentCase,
  type Refusal,
  type Standing,
} from '../enrollment.js';
import { heldByLeave } from '../leave.js';
import type { LogEntry } from '../log.js';
import { endPause } from '../pause-until.js';
import { invalid } from '../pause.js';
import { awaitSlot, type AwaitedSlot } from '../postpone.js';
import { begin, entry } from '../progress.js';
import { statusOf } from '../status.js';
import { playedSteps, type PlayedStep } from './played-steps.js';
import { due, playEmail, playTask } from './run-step.js';
import { scriptProblems, type ScriptToCheck, type TimedEvent } from './script.js';
import { tell } from './tell.js';

/** An enrollment that is played through without being made. */
export interface Play
  extends
    ScriptToCheck,
    Pick<EnrollmentCase, 'timeZone' | 'holidays' | 'workingDays' | 'absences' | 'opens'> {
  /** The version with the enrollment's overrides laid over it. */
  readonly definition: SequenceDefinition;
  /** How it stands, where that is known already; otherwise it begins as `start` says. */
  readonly standing?: Standing;
  /** The slot of the first email, where it is later than the email is due. */
  readonly firstSlot?: AwaitedSlot | undefined;
  /** Whether its sequence or account is paused: the play assumes a resume before the first step is due. */
  readonly isHeld?: boolean;
}

/** A scripted event that the rules did not allow when it came. */
export interface RefusedEvent {
  /** Its place in the script, from 0. */
  readonly index: number;
  /** Null for the completion of a task that was never created. */
  readonly at: Instant | null;
  readonly code: Refusal['code'];
  readonly detail: string;
}

/** A whole life of an enrollment: to its end, or until it waits for somebody for good. */
export interface PlayedLife {
  readonly timeline: readonly LogEntry[];
  readonly standing: EnrollmentCase['standing'];
  /** "Why, and why not yet" at the end, in one sentence. */
  readonly explanation: string;
  readonly steps: readonly PlayedStep[];
  readonly refused: readonly RefusedEvent[];
}

/** What the play knows so far. */
interface Stage {
  current: EnrollmentCase;
  readonly timeline: LogEntry[];
  /** What is still to happen, the earliest first. */
  pending: readonly TimedEvent[];
  readonly refused: RefusedEvent[];
  /** Steps whose email was sent, and steps whose task was created. */
  readonly sent: Set<string>;
  readonly created: Set<string>;
  /** Steps whose task is assumed to be completed. */
  readonly assumed: string[];
  /** For each step, the steps whose assumed completion its time rests on. */
  readonly assumptions: Map<string, readonly string[]>;
}

/**
 * Plays an enrollment through on a clock that jumps to whatever comes next, a step that is due or a scripted event (the
 * event first, where both come at once), and decides each as it is decided for real enrollments. So what it says comes true
 * while nothing else happens: each mail has its slot at once, no send fails, and nobody edits the sequence.
 *
 * A required task that the script does not complete is completed after `completeTasksAfterDays`, or never: then the life
 * ends waiting. Throws a RangeError for a script with problems (see `scriptProblems`).
 */
export function playThrough(play: Play): PlayedLife {
  const [problem] = scriptProblems(play);
  if (problem) throw new RangeError(`${problem.pointer}: ${problem.message}`);
  const stage = open(play);
  // Each event puts a step off at most once, so a play that takes more turns than this never ends.
  const mostTurns = 4 * play.definition.steps.length + 4 * play.script.length + 16;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    if (!goOneTurn(stage, play)) return lifeOf(stage, play);
  }
  throw new RangeError(`the sequence does not come to an end within ${mostTurns} turns`);
}

function open(play: Play): Stage {
  const { definition, timeZone, at, script } = play;
  const { holidays, workingDays, absences, opens } = play;
  const calendars = { timeZone, holidays, workingDays, absences, opens };
  const standing = play.standing ?? begin(definition, { at, ...calendars }, play.start);
  const firstStepAt = play.start?.firstStepAt ?? null;
  const next = { stepId: standing.stepId ?? '', at: standing.nextAt, why: standing.why };
  const happening = { at, actor: { kind: 'operator' }, cause: { kind: 'request' } } as const;
  const events = script.map((event, index) => ({
    event,
    index,
    at: 'at' in event ? event.at : '',
  }));
  return {
    current: { standing, definition, ...calendars, firstStepAt, openTasks: [] },
    timeline: [entry('enrolled', null, happening, { state: standing.state, next })],
    pending: inOrder(events.filter((event) => event.at !== '')),
    refused: [],
    sent: new Set(),
    created: new Set(),
    assumed: [],
    assumptions: new Map(),
  };
}

/** False when nothing is left to happen. */
function goOneTurn(stage: Stage, play: Play): boolean {
  const { nextAt, pausedUntil } = stage.current.standing;
  const dueAt = nextAt ?? pausedUntil;
  const [event, ...others] = stage.pending;
  if (event !== undefined && (dueAt === null || event.at <= dueAt)) {
    stage.pending = others;
    happen(stage, event);
    return true;
  }
  if (dueAt === null) return false;
  if (nextAt === null) liftPause(stage, dueAt);
  else runStep(stage, play, dueAt);
  return true;
}

function happen(stage: Stage, { event, at, index }: TimedEvent): void {
  const decision = tell(stage.current, event, at, stage.created);
  if (decision.kind === 'decision') {
    adopt(stage, decision);
    if (index === null && 'stepId' in event) stage.assumed.push(event.stepId ?? '');
  } else if (index !== null) {
    stage.refused.push({ index, at, code: decision.code, detail: decision.detail });
  }
}

/** The pause ends by itself: the rest of the delay runs on. */
function liftPause(stage: Stage, at: Instant): void {
  const decision = endPause(stage.current, due(at));
  if (decision === undefined) throw new RangeError('a pause whose end has come ends');
  adopt(stage, decision);
}

function runStep(stage: Stage, play: Play, at: Instant): void {
  const { current } = stage;
  const step = findStep(current.definition, current.standing.stepId ?? '')?.step;
  if (step === undefined) throw new RangeError('a step that is due is in its sequence');
  stage.assumptions.set(step.id, [...stage.assumed]);
  if (step.kind === 'automated_email') {
    const slot = current.standing.lastDoneAt === null ? play.firstSlot : undefined;
    if (slot !== undefined && slot.at > at && heldByLeave(current, 'email', at) === undefined) {
      adopt(stage, awaitSlot(current, slot, due(at)));
      return;
    }
    const decision = playEmail(current, step, at, stage.sent);
    if (decision.kind === 'refusal') throw new RangeError(decision.detail);
    adopt(stage, decision);
    return;
  }
  adopt(stage, playTask(current, step, at));
  if (!stage.created.has(step.id)) return;
  const completions = completionsOf(stage.current, play, { step, at });
  stage.pending = inOrder([...stage.pending, ...completions]);
}

/**
 * When a new task is completed by what the script says of its creation, or else as is assumed for tasks that are waited for.
 * To complete it again changes nothing.
 */
function completionsOf(
  current: EnrollmentCase,
  { script, completeTasksAfterDays }: Play,
  task: {
    readonly step: { readonly id: string; readonly waitsForCompletion: boolean };
    at: Instant;
  },
): readonly TimedEvent[] {
  const stepId = task.step.id;
  const timed = (afterDays: number, index: number | null): TimedEvent => ({
    event: { type: 'complete_task', stepId, afterDays },
    at: daysLater(task.at, afterDays, calendarOf(current)),
    index,
  });
  const scripted = script.flatMap((event, index) =>
    event.type === 'complete_task' && event.stepId === stepId ? [{ event, index }] : [],
  );
  if (scripted.length > 0) {
    return scripted.flatMap(({ event, index }) =>
      'afterDays' in event ? [timed(event.afterDays, index)] : [],
    );
  }
  const assumed = task.step.waitsForCompletion ? completeTasksAfterDays : null;
  return assumed === null ? [] : [timed(assumed, null)];
}

/** Applies a decision as `saveDecision` applies it to a row, its log and its tasks. */
function adopt(stage: Stage, { standing, log, taskChange }: Decision): void {
  let { openTasks, completedTasks = [] } = stage.current;
  for (const { type, stepId } of log) {
    if (stepId === null) continue;
    if (type === 'email_sent') stage.sent.add(stepId);
    if (type !== 'task_created') continue;
    stage.created.add(stepId);
    openTasks = [...openTasks, { id: stepId, stepId }];
  }
  if (taskChange?.kind === 'cancel_open') openTasks = [];
  else if (taskChange) openTasks = openTasks.filter(({ id }) => id !== taskChange.taskId);
  if (taskChange?.kind === 'complete') completedTasks = [...completedTasks, taskChange.taskId];
  stage.current = { ...stage.current, standing, openTasks, completedTasks };
  stage.timeline.push(...log);
}

function inOrder(events: readonly TimedEvent[]): readonly TimedEvent[] {
  return [...events].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function lifeOf(
  { current, timeline, refused, assumptions, created }: Stage,
  play: Play,
): PlayedLife {
  return {
    timeline: timeline.map(withoutIds),
    standing: current.standing,
    explanation: statusOf(current).why,
    steps: playedSteps(current, timeline, {
      completions: assumptions,
      isHeld: play.isHeld ?? false,
    }),
    refused: [...refused, ...neverCame(play, created)],
  };
}

/** Leaves out the ids of sends and tasks, since a play makes none. */
function withoutIds(entry: LogEntry): LogEntry {
  const data = { ...entry.data };
  Reflect.deleteProperty(data, 'sendId');
  Reflect.deleteProperty(data, 'taskId');
  return { ...entry, data };
}

/** Refuses completions that were scripted as days after the creation of a task that was never created. */
function neverCame({ script }: Play, created: ReadonlySet<string>): readonly RefusedEvent[] {
  return script.flatMap((event, index) => {
    if (!('afterDays' in event) || created.has(event.stepId)) return [];
    const { code, detail } = invalid(`the task of step "${event.stepId}" was never created`);
    return [{ index, at: null, code, detail }];
  });
}
