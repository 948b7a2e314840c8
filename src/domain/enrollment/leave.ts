import { findStep } from '../sequence/definition.js';
import type { Step } from '../sequence/step.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { absenceAt } from '../time/leave.js';
import { holdTask } from '../time/task-day.js';
import type { Absences, Instant, Plan, Why } from '../time/types.js';
import { calendarOf, keepsWindow, type Decision, type EnrollmentCase } from './enrollment.js';
import { postpone } from './postpone.js';
import { anchorOf, type Happening } from './progress.js';
import { replan, replanFirst } from './replan.js';

/**
 * When a step whose time has come runs, or undefined for now. It waits while the person it needs is away, even when it is
 * the first step. A step that is on time is checked at its planned instant, so that a preview says the same.
 */
export function heldByLeave(
  current: EnrollmentCase,
  kind: 'email' | 'task',
  at: Instant,
): { readonly nextAt: Instant; readonly why: readonly Why[] } | undefined {
  const dueAt = anchorOf(current.standing, at);
  const absence = absenceAt(dueAt, current.absences?.[kind]);
  if (absence === undefined) return undefined;
  const calendar = calendarOf(current);
  const plan: Plan =
    kind === 'email' ? fitToWindow(dueAt, calendar) : holdTask({ dueAt, why: [] }, calendar);
  return { nextAt: plan.dueAt, why: plan.why };
}

/**
 * Plans the next step anew when a leave was added or removed; `before` are the absences until now. An email or a task that
 * falls into a leave waits for the return; one that a leave held runs when it would have run, but never before now.
 * Undefined where its date stays. A step whose time does not come from a delay is held when its time comes.
 */
export function afterLeaveChange(
  current: EnrollmentCase,
  before: Absences,
  happening: Happening,
): Decision | undefined {
  const { standing, definition } = current;
  const step = standing.stepId === null ? undefined : findStep(definition, standing.stepId)?.step;
  if (step === undefined || standing.nextAt === null) return undefined;
  const calendar = calendarOf(current);
  const from = { step, calendar: { ...calendar, absences: before } };
  const plan =
    replan(current, { from, to: { step, calendar } }, happening.at) ??
    replanFirst(current, { step, calendar, definition }, happening.at) ??
    firstStepFreed(current, step, happening.at);
  if (plan === undefined || plan.dueAt === standing.nextAt) return undefined;
  const to = { nextAt: plan.dueAt, why: plan.why };
  return postpone(current, to, happening, { type: 'rescheduled', data: {} });
}

/** A first step that a leave held goes out at once; if another leave holds it, the claim of its send finds that. */
function firstStepFreed(current: EnrollmentCase, { kind }: Step, at: Instant): Plan | undefined {
  const { standing } = current;
  const isHeld = standing.why.some(({ rule }) => rule === 'leave');
  if (standing.lastDoneAt !== null || !isHeld) return undefined;
  if (kind === 'automated_email' && keepsWindow(current)) return undefined;
  return { dueAt: at, why: [{ rule: 'overdue', movedTo: at }] };
}
