import type { AutomatedEmailStep, TaskStep } from '../../sequence/step.js';
import { taskDueAt } from '../../time/task-due.js';
import { calendarOf, type Decision, type EnrollmentCase, type Refusal } from '../enrollment.js';
import { heldByLeave } from '../leave.js';
import { lateEmail, postpone } from '../postpone.js';
import { end, taskCreated, type Happening } from '../progress.js';
import { afterSend } from '../send-outcome.js';

/** A change that comes about because its time has come. */
export function due(at: string): Happening {
  return { at, actor: { kind: 'system' }, cause: { kind: 'due' } };
}

/** Sends the email of a step that is due, as if the server takes it at once, or puts it off as a real one would be. */
export function playEmail(
  current: EnrollmentCase,
  step: AutomatedEmailStep,
  at: string,
  sent: ReadonlySet<string>,
): Decision | Refusal {
  const later = heldByLeave(current, 'email', at) ?? lateEmail(current, at);
  if (later) return postpone(current, later, due(at), { type: 'rescheduled', data: {} });
  const { threading } = step;
  const { onParentMissing } = current.definition.settings;
  if (threading.kind === 'reply' && !sent.has(threading.toStepId) && onParentMissing === 'stop') {
    return end(current, { state: 'errored', reason: 'thread_parent_missing' }, due(at));
  }
  const attempt = { sendId: step.id, stepId: step.id, attempts: 1 };
  const answered: Happening = { ...due(at), cause: { kind: 'server_reply' } };
  return afterSend(current, attempt, { kind: 'sent' }, answered);
}

/** Creates the task of a step, with the id of the step, or puts it off until the assignee returns. */
export function playTask(current: EnrollmentCase, step: TaskStep, at: string): Decision {
  const later = heldByLeave(current, 'task', at);
  if (later) return postpone(current, later, due(at), { type: 'rescheduled', data: {} });
  const dueAt = taskDueAt(at, calendarOf(current));
  return taskCreated(current, step, due(at), { taskId: step.id, dueAt });
}
