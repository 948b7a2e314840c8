import { findStep } from '../sequence/definition.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { absenceAt } from '../time/leave.js';
import { holdTask } from '../time/task-day.js';
import type { Absences, Instant, Plan, Why } from '../time/types.js';
import { calendarOf, type Decision, type EnrollmentCase } from './enrollment.js';
import { postpone } from './postpone.js';
import { anchorOf, type Happening } from './progress.js';
import { replan } from './replan.js';

/**
 * When the step that has come runs, or undefined when that is now: it waits while whoever is needed is away, the first step
 * too. One that has come on time is judged by its planned instant, so that a preview says the same.
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
 * Plans the step that is next anew when a leave was added or taken away, `before` being the absences until now: an email or a
 * task that falls into a leave waits for the return, and one that was held runs when it would have, never before now.
 * Undefined where its date stays; one whose time is not a delay's is held when it comes.
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
    replan(standing, { from, to: { step, calendar } }, happening.at) ??
    firstStepFreed(current, happening.at);
  if (plan === undefined || plan.dueAt === standing.nextAt) return undefined;
  const to = { nextAt: plan.dueAt, why: plan.why };
  return postpone(current, to, happening, { type: 'rescheduled', data: {} });
}

/** A first step that a leave has held goes at once; should another leave hold it, that is found when it is claimed. */
function firstStepFreed({ standing }: EnrollmentCase, at: Instant): Plan | undefined {
  const isHeld = standing.why.some(({ rule }) => rule === 'leave');
  if (standing.lastDoneAt !== null || !isHeld) return undefined;
  return { dueAt: at, why: [{ rule: 'overdue', movedTo: at }] };
}
