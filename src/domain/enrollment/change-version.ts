import { findStep, stepAfter, withStep, type SequenceDefinition } from '../sequence/definition.js';
import type { EnrollmentOverrides } from './choices.js';
import {
  awaitedTask,
  calendarOf,
  type Decision,
  type EnrollmentCase,
  type Standing,
} from './enrollment.js';
import type { LogData } from './log.js';
import { overlay } from './overlay.js';
import { done, ended, entry, type Happening } from './progress.js';
import { followsOpenTask, planInstead, replan, replanFirst } from './replan.js';
import { isLive } from './state.js';

/** An enrollment that is moved to another version, with the steps that have run. Here they are always known. */
export interface MovingCase extends EnrollmentCase {
  /** What it overrides of its sequence, in whatever version; null for nothing. */
  readonly overrides?: EnrollmentOverrides | null;
  readonly ran: ReadonlySet<string>;
  /**
   * How far the send of the next step has come. claimed: an attempt holds it and no byte of the body has left · begun: the
   * body was begun and its fate is open. Undefined where nothing is being sent.
   */
  readonly send?: 'claimed' | 'begun' | undefined;
}

/** The version that an enrollment is moved to. */
export interface VersionChange {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly definition: SequenceDefinition;
  /** The days that are no business days by its calendars. */
  readonly holidays: EnrollmentCase['holidays'];
}

/**
 * Moves a live enrollment to another version of its sequence, for the steps that it has not run (EDT-10).
 *
 * - The step that is next stays next, wherever it stands by now, with its date planned anew; who waits for a task or is
 *   paused goes on so.
 * - A deleted one is skipped: next comes the first step that has not run behind its nearest earlier neighbour, counted
 *   from what its own delay counted from; after an awaited task from now, after a pause from the resuming. Without any
 *   the enrollment finishes.
 * - One whose email is being sent runs to its end first: it stays next even when it was deleted.
 *
 * Throws a RangeError for an enrollment that has ended.
 */
export function changeVersion(
  current: MovingCase,
  to: VersionChange,
  happening: Happening,
): Decision {
  const change = changeFor(current, to);
  const { standing } = current;
  if (standing.stepId === null || !isLive(standing.state)) {
    throw new RangeError('an enrollment that has ended keeps its version');
  }
  const { stepId } = standing;
  const placed = findStep(change.definition, stepId);
  if (placed === undefined && !isSending(current)) return leaveOut(current, change, happening);
  const definition =
    placed === undefined
      ? withStep(change.definition, current.definition, stepId)
      : change.definition;
  const stepPosition = findStep(definition, stepId)?.position ?? null;
  const next: Standing = { ...standing, stepPosition, ...movedDate(current, change, happening.at) };
  return { kind: 'decision', standing: next, log: [changed(next, change, happening)] };
}

/** The version as this enrollment would run it. */
export function changeFor<Change extends Pick<VersionChange, 'definition' | 'holidays'>>(
  { overrides = null, holidays }: MovingCase,
  change: Change,
): Change {
  if (overrides === null) return change;
  const hasOwnCalendars = overrides.settings?.holidayCalendarIds !== undefined;
  return {
    ...change,
    definition: overlay(change.definition, overrides),
    ...(hasOwnCalendars && { holidays }),
  };
}

/** A pause that comes before the body is begun takes the send back; once it is begun, it can no longer be stopped. */
function isSending({ send, standing }: MovingCase): boolean {
  return send === 'begun' || (send === 'claimed' && standing.state !== 'paused');
}

function movedDate(current: MovingCase, change: VersionChange, at: string): Partial<Standing> {
  const { standing } = current;
  const stepId = standing.stepId ?? '';
  const from = findStep(current.definition, stepId)?.step;
  const to = findStep(change.definition, stepId)?.step;
  if (isSending(current) || standing.nextAt === null || !from || !to) return {};
  const versions = {
    from: { step: from, calendar: calendarOf(current) },
    to: { step: to, calendar: calendarIn(change, current) },
  };
  const { definition } = change;
  const plan =
    replan(current, versions, at) ?? replanFirst(current, { ...versions.to, definition }, at);
  return plan === undefined ? {} : { nextAt: plan.dueAt, why: plan.why };
}

function calendarIn(
  { definition, holidays }: VersionChange,
  { timeZone, workingDays, absences, opens }: EnrollmentCase,
): ReturnType<typeof calendarOf> {
  return calendarOf({ definition, holidays, timeZone, workingDays, absences, opens });
}

/** The step that is next was deleted. */
function leaveOut(current: MovingCase, change: VersionChange, happening: Happening): Decision {
  const { standing } = current;
  const stepId = standing.stepId ?? '';
  const taskId = awaitedTask(current)?.id;
  const kept = withStep(change.definition, current.definition, stepId);
  const next = stepAfter(kept, stepId, current.ran)?.step.id;
  const outcome = { state: 'finished', reason: 'all_steps' } as const;
  const after =
    next === undefined
      ? ended(standing, outcome, happening.at)
      : instead(current, next, change, happening.at);
  const { at, cause } = happening;
  const quiet: Happening = { at, actor: happening.actor, cause };
  const skipped: LogData = { ...done(standing), ...(taskId === undefined ? {} : { taskId }) };
  return {
    kind: 'decision',
    standing: after,
    log: [
      entry('step_skipped', stepId, quiet, skipped),
      changed(after, change, happening),
      ...(next === undefined
        ? [entry('finished', null, { at, actor: { kind: 'system' }, cause }, outcome)]
        : []),
    ],
    ...(taskId === undefined ? {} : { taskChange: { kind: 'cancel', taskId } }),
  };
}

/** The standing with another step in the place of the one that was next. */
function instead(current: MovingCase, stepId: string, change: VersionChange, at: string): Standing {
  const { standing } = current;
  const placed = findStep(change.definition, stepId);
  if (placed === undefined) throw new RangeError(`the version has no step ${stepId}`);
  const taken: Standing = { ...standing, stepId, stepPosition: placed.position };
  const step = { step: placed.step, calendar: calendarIn(change, current) };
  // Nothing has run: the first step's time is kept, also the rest that a pause keeps of it, unless an email waits for the window.
  if (standing.lastDoneAt === null) {
    const { definition } = change;
    const plan = replanFirst(current, { ...step, definition }, at);
    return plan === undefined ? taken : { ...taken, nextAt: plan.dueAt, why: plan.why };
  }
  const waited = standing.state === 'waiting_task' || standing.pausedState === 'waiting_task';
  const lastDoneAt = waited ? at : standing.lastDoneAt;
  if (standing.state === 'paused') {
    return { ...taken, pausedState: 'active', restMs: null, why: [], lastDoneAt };
  }
  const { wantedClockMs } = standing;
  const isAfterOpenTask = !waited && followsOpenTask(current);
  const plan = planInstead(step, { lastDoneAt, wantedClockMs, isAfterOpenTask }, at);
  const { dueAt: nextAt, why } = plan;
  return { ...taken, state: 'active', reason: null, nextAt, why, lastDoneAt };
}

function changed(
  next: Standing,
  { fromVersion, toVersion }: VersionChange,
  happening: Happening,
): Decision['log'][number] {
  const { stepId, nextAt: at, why } = next;
  return entry('version_changed', stepId, happening, {
    fromVersion,
    toVersion,
    ...(stepId === null ? {} : { next: { stepId, at, why } }),
  });
}
