import { findStep, type PlacedStep } from '../sequence/definition.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { later } from '../time/instant.js';
import { planStep } from '../time/plan-step.js';
import { planRest, restOfDelay } from '../time/rest.js';
import type { Instant, Plan } from '../time/types.js';
import {
  calendarOf,
  keepsWindow,
  type Decision,
  type EnrollmentCase,
  type Refusal,
  type Standing,
} from './enrollment.js';
import type { LogData } from './log.js';
import { alreadyPaused, objectionTo } from './objection.js';
import { awaitedSlot, isPutOff, slotState, whySlot, type AwaitedSlot } from './postpone.js';
import { chosenStanding, entry, type Happening } from './progress.js';
import { isLive, type EnrollmentReason } from './state.js';

/** Stops the clock of an enrollment and keeps the unused rest of its delay. */
export function pause(
  current: EnrollmentCase,
  reason: EnrollmentReason,
  happening: Happening,
  data: LogData = {},
): Decision | Refusal {
  const { state } = current.standing;
  if (!isLive(state)) return hasEnded();
  return state === 'paused'
    ? invalid(alreadyPaused)
    : hold(current, { reason, until: null }, happening, data);
}

/** Why an enrollment is paused, and when that ends by itself. */
export interface Hold {
  readonly reason: EnrollmentReason;
  readonly until: Instant | null;
}

/** Pauses a live enrollment. One that is paused already gets another reason and end, and keeps the rest of its delay. */
export function hold(
  current: EnrollmentCase,
  { reason, until }: Hold,
  happening: Happening,
  data: LogData = {},
): Decision {
  const standing = stopped(current, happening.at);
  const { stepId, restMs } = standing;
  return {
    kind: 'decision',
    standing: { ...standing, reason, pausedUntil: until },
    log: [
      entry('paused', stepId, happening, {
        ...data,
        state: 'paused',
        reason,
        ...(restMs === null ? {} : { restMs }),
        ...(until === null ? {} : { until }),
      }),
    ],
  };
}

function stopped(current: EnrollmentCase, at: Instant): Standing {
  const { standing } = current;
  if (standing.state === 'paused') return standing;
  if (!isLive(standing.state)) throw new RangeError('an enrollment that has ended is not paused');
  // A chosen time stays the same, however long the pause; only a delay has a rest.
  const isDelay = standing.nextAt !== null && chosenTime(standing) === undefined;
  const restMs = isDelay ? restAt(current, standing.nextAt, at) : null;
  return { ...standing, state: 'paused', nextAt: null, pausedState: standing.state, restMs };
}

/** Lets the clock run again, with what was left of the delay (worked date 12). */
export function resume(current: EnrollmentCase, happening: Happening): Decision | Refusal {
  const { standing } = current;
  if (!isLive(standing.state)) return hasEnded();
  const objection = objectionTo({ type: 'resume' }, standing);
  return objection === undefined ? lift(current, happening) : invalid(objection);
}

/** Ends any pause of a live enrollment. While its sequence or account is paused, the enrollment stays paused by that. */
export function lift(current: EnrollmentCase, happening: Happening): Decision {
  const { standing } = current;
  if (current.heldBy) return hold(current, { reason: current.heldBy, until: null }, happening);
  const chosenAt = chosenTime(standing);
  if (chosenAt !== undefined) return resumeChosen(standing, chosenAt, happening);
  const state = standing.pausedState ?? 'active';
  const plan = state === 'waiting_task' ? undefined : planResumed(current, happening.at);
  const slot = slotAhead(standing, happening.at);
  return {
    kind: 'decision',
    standing: {
      ...standing,
      state,
      reason: null,
      ...(slot && slotState(standing.lastDoneAt, slot)),
      nextAt: plan?.dueAt ?? null,
      why: plan?.why ?? [],
      pausedState: null,
      restMs: null,
      pausedUntil: null,
    },
    log: [entry('resumed', standing.stepId, happening, { state, ...nextOf(standing, plan) })],
  };
}

/** The first step runs at the time that was chosen for it, or at once if that has passed meanwhile (SET-13). */
function resumeChosen(standing: Standing, chosenAt: Instant, happening: Happening): Decision {
  const { at } = happening;
  const resumed: Pick<Standing, 'state' | 'reason' | 'nextAt' | 'why'> =
    chosenAt > at
      ? chosenStanding(chosenAt)
      : { state: 'active', reason: null, nextAt: at, why: [{ rule: 'resumed', at, restMs: 0 }] };
  const { state, nextAt, why } = resumed;
  const next = { stepId: standing.stepId ?? '', at: nextAt, why };
  return {
    kind: 'decision',
    standing: { ...standing, ...resumed, pausedState: null, restMs: null, pausedUntil: null },
    log: [entry('resumed', standing.stepId, happening, { state, next })],
  };
}

/** The time that was chosen for the first step, while the step waits for it. */
function chosenTime({ why }: Standing): Instant | undefined {
  const [first] = why;
  return first?.rule === 'chosen_time' ? first.chosenAt : undefined;
}

function nextOf(standing: Standing, plan: Plan | undefined): Pick<LogData, 'next'> {
  if (plan === undefined || standing.stepId === null) return {};
  return { next: { stepId: standing.stepId, at: plan.dueAt, why: plan.why } };
}

export function hasEnded(): Refusal {
  return {
    kind: 'refusal',
    code: 'ENROLLMENT_ENDED',
    detail: 'The enrollment has ended; enroll the contact again to start anew.',
  };
}

export function invalid(why: string): Refusal {
  return {
    kind: 'refusal',
    code: 'INVALID_STATE',
    detail: `The enrollment cannot do that now: ${why}.`,
  };
}

/** The slot that was waited for before the pause, if it is still ahead; a slot that has passed is taken anew. */
function slotAhead(standing: Standing, at: Instant): AwaitedSlot | undefined {
  const slot = awaitedSlot(standing);
  return slot !== undefined && slot.at > at ? slot : undefined;
}

function restAt(current: EnrollmentCase, nextAt: Instant, pausedAt: Instant): number {
  // A leave holds a step but is no part of its delay: the rest counts up to when the step would have run without it.
  const held = current.standing.why.find(({ rule }) => rule === 'leave');
  const dueAt = held?.rule === 'leave' ? held.wanted : nextAt;
  // The delay has run out for an email that waits for its slot.
  if (awaitedSlot(current.standing) !== undefined) return 0;
  // A first step has no delay: one that waits for the window has no rest, and that of any other is plain time (SET-01).
  if (current.standing.lastDoneAt === null) {
    if (isHeldFirst(current)) return 0;
    return Math.max(0, Date.parse(dueAt) - Date.parse(pausedAt));
  }
  return restOfDelay({ pausedAt, dueAt }, calendarOf(current));
}

function planResumed(current: EnrollmentCase, resumedAt: Instant): Plan {
  const { standing, definition } = current;
  const placed = standing.stepId === null ? undefined : findStep(definition, standing.stepId);
  if (placed === undefined) throw new RangeError('a paused enrollment has a step');
  const slot = slotAhead(standing, resumedAt);
  if (slot) {
    const resumed = { rule: 'resumed', at: resumedAt, restMs: 0 } as const;
    // An edit may have moved the window since the slot was found; the slot is asked for anew when the email is due.
    const { dueAt, why } = inWindow(current, placed, slot.at);
    return { dueAt, why: [resumed, ...whySlot(slot), ...why] };
  }
  if (standing.lastDoneAt === null) {
    const restMs = standing.restMs ?? 0;
    const { dueAt, why } = inWindow(current, placed, later(resumedAt, restMs));
    return { dueAt, why: [{ rule: 'resumed', at: resumedAt, restMs }, ...why] };
  }
  const calendar = calendarOf(current);
  const kind = kindOf(placed);
  const { delayDays } = placed.step;
  const { wantedClockMs } = standing;
  // A task without a delay may be created on any day (SEQ-16).
  return standing.restMs === null || (kind === 'task' && delayDays === 0)
    ? planStep({ kind, after: resumedAt, delayDays, wantedClockMs }, calendar)
    : planRest({ kind, resumedAt, restMs: standing.restMs }, calendar);
}

/** When a step that is wanted at an instant runs: an email that keeps to the window when that lets it out. */
function inWindow(current: EnrollmentCase, placed: PlacedStep, wanted: Instant): Plan {
  return kindOf(placed) === 'email' && keepsWindow(current)
    ? fitToWindow(wanted, calendarOf(current))
    : { dueAt: wanted, why: [] };
}

/** Whether what comes next is a first email that waits for the send window, and not for a server. */
function isHeldFirst(current: EnrollmentCase): boolean {
  const { standing, definition } = current;
  const placed = findStep(definition, standing.stepId ?? '');
  const isEmail = placed !== undefined && kindOf(placed) === 'email';
  return isEmail && keepsWindow(current) && !isPutOff(standing);
}

function kindOf(placed: PlacedStep): 'email' | 'task' {
  return placed.step.kind === 'automated_email' ? 'email' : 'task';
}
