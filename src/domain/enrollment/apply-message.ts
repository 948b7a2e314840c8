import { awaitedTask, type Decision, type EnrollmentCase, type Refusal } from './enrollment.js';
import type { LogData } from './log.js';
import type { EnrollmentMessage } from './message.js';
import { pauseByPerson, pauseForAbsence } from './pause-until.js';
import { hasEnded, invalid, resume } from './pause.js';
import { end, entry, goOn, type Happening } from './progress.js';
import { isLive } from './state.js';
import type { Completion } from '../task/outcome.js';
import type { Instant } from '../time/types.js';
import { companyReason, ownReason, type Stopping } from './stopping.js';

/**
 * What a message does to an enrollment: a decision, or a refusal that changes nothing. `completion` is what is said of the
 * task that a `completeTask` is about.
 */
export function applyMessage(
  current: EnrollmentCase,
  message: EnrollmentMessage,
  circumstances: Omit<Happening, 'messageId'>,
  completion?: Completion,
): Decision | Refusal {
  const happening: Happening = { ...circumstances, messageId: message.messageId };
  if (!isLive(current.standing.state) && message.type !== 'completeTask') return hasEnded();
  switch (message.type) {
    case 'reply':
    case 'meeting': {
      const reason = ownReason({ type: message.type, via: message.via });
      return end(current, { state: 'unenrolled', reason }, happening);
    }
    case 'outOfOffice':
      return pauseForAbsence(current, message.returnAt, happening);
    case 'unenroll':
      return end(current, { state: 'unenrolled', reason: 'manual' }, happening);
    case 'pause':
      return pauseByPerson(current, message.until, happening);
    case 'resume':
      return resume(current, happening);
    case 'skipStep':
      return skipStep(current, message.stepId, happening);
    case 'completeTask':
      return completeTask(current, { taskId: message.taskId, completion }, happening);
    case 'versionChanged':
      // Only an edit of the sequence changes the version; the message merely makes the workflow look again.
      return invalid('its version is changed by an edit of its sequence');
  }
}

/**
 * A reply or a meeting that is told of after the end changes nothing but what is known: it stands in the log and counts
 * (ENR-20, ENR-21).
 */
export function noteLate(
  { standing }: EnrollmentCase,
  stopping: Stopping,
  happening: Happening,
  occurredAt: Instant,
): Decision {
  const type = stopping.type === 'reply' ? 'late_reply' : 'late_meeting';
  const data = { reason: ownReason(stopping), occurredAt };
  return { kind: 'decision', standing, log: [entry(type, null, happening, data)] };
}

/**
 * What a reply or a meeting does to the enrollment of a colleague in the same sequence, where that ends with its company
 * (ENR-22, ENR-23).
 */
export function endWithCompany(
  current: EnrollmentCase,
  stopping: Stopping,
  happening: Happening,
  data: LogData = {},
): Decision | Refusal {
  if (!isLive(current.standing.state)) return hasEnded();
  if (!current.definition.settings.unenrollCompany) {
    return invalid('its sequence does not end with the company (settings.unenrollCompany is off)');
  }
  return end(current, { state: 'unenrolled', reason: companyReason(stopping) }, happening, data);
}

/** Leaves out the step that the enrollment is at, and its open task; the next delay counts from now. */
function skipStep(
  current: EnrollmentCase,
  stepId: string | undefined,
  happening: Happening,
): Decision | Refusal {
  const at = current.standing.stepId;
  if (at === null) return hasEnded();
  if (stepId !== undefined && stepId !== at) {
    return invalid(`it is at step "${at}", so step "${stepId}" cannot be skipped`);
  }
  const taskId = awaitedTask(current)?.id;
  const decision = goOn(current, at, happening, {
    type: 'step_skipped',
    data: taskId === undefined ? {} : { taskId },
  });
  return taskId === undefined ? decision : { ...decision, taskChange: { kind: 'cancel', taskId } };
}

/**
 * Closes a task; if the enrollment waits for it, the next delay counts from now. One that is completed stays as it is: whoever
 * delivers at least once says it twice.
 */
function completeTask(
  current: EnrollmentCase,
  {
    taskId,
    completion,
  }: { readonly taskId: string | undefined; readonly completion: Completion | undefined },
  happening: Happening,
): Decision | Refusal {
  const { standing, openTasks, completedTasks = [] } = current;
  const awaitedId = awaitedTask(current)?.id;
  const closing = taskId ?? awaitedId;
  if (closing === undefined) return invalid('it does not wait for a task');
  const task = openTasks.find(({ id }) => id === closing);
  if (completedTasks.includes(closing)) return { kind: 'decision', standing, log: [] };
  if (task === undefined) {
    return {
      kind: 'refusal',
      code: 'TASK_CLOSED',
      detail:
        'The task is cancelled, since its step was skipped or its enrollment has ended: there is nothing to complete.',
    };
  }
  const { outcome, note } = completion ?? {};
  const said = {
    ...(outcome !== undefined && { outcome }),
    ...(note !== undefined && { hasNote: true }),
  };
  const record = { type: 'task_completed', data: { taskId: closing, ...said } } as const;
  const taskChange = {
    kind: 'complete',
    taskId: closing,
    ...(completion && { completion }),
  } as const;
  if (closing !== awaitedId) {
    const log = [entry(record.type, task.stepId, happening, record.data)];
    return { kind: 'decision', standing, log, taskChange };
  }
  return { ...goOn(current, task.stepId, happening, record), taskChange };
}
