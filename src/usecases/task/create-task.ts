import { findCorrespondence } from '../../db/queries/correspondence.js';
import { lockEnrollment, type LockedEnrollment } from '../../db/queries/enrollments/read.js';
import { saveDecision } from '../../db/queries/enrollments/save.js';
import { holdPause } from '../../db/queries/sending-pauses.js';
import { insertReminder } from '../../db/queries/task-reminders.js';
import { insertTask } from '../../db/queries/tasks.js';
import { namedId } from '../../db/named-id.js';
import { calendarOf } from '../../domain/enrollment/enrollment.js';
import { heldByLeave } from '../../domain/enrollment/leave.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import { hold } from '../../domain/enrollment/pause.js';
import { hasCome, postpone } from '../../domain/enrollment/postpone.js';
import { taskCreated } from '../../domain/enrollment/progress.js';
import { statusOf, type EnrollmentStatus } from '../../domain/enrollment/status.js';
import { renderForPerson } from '../../domain/message/render-for-person.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { TaskStep } from '../../domain/sequence/step.js';
import { taskDueAt } from '../../domain/time/task-due.js';
import { taskReminderAt } from '../../domain/time/task-reminder.js';
import { harmlessHtml } from '../../html/render-safely.js';
import { happeningOf, type Act } from '../act.js';
import { InvariantError } from '../invariant-error.js';

type TaskAct = Pick<Act, 'tx' | 'accountId' | 'now' | 'actor' | 'cause'>;

const taskNamespace = 'f4b05a4a-9f0e-4f0c-8f34-3a5a6d1f7b52';

/**
 * Creates the task of a step whose time has come, once, and plans what comes after it (TSK-01 to TSK-03, TSK-11). A
 * step that is not the enrollment's next one, or that has to wait, gets no task. Throws an InvariantError for an
 * unknown enrollment.
 */
export async function createTask(
  act: TaskAct,
  { enrollmentId, stepId }: { readonly enrollmentId: string; readonly stepId: string },
): Promise<EnrollmentStatus> {
  const { tx, accountId, now } = act;
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${enrollmentId}`);
  const { row, definition, standing } = locked;
  const step = findStep(definition, stepId)?.step;
  // A first step that was to run later is scheduled until then.
  const isWaiting = standing.state === 'active' || standing.state === 'scheduled';
  const isDue = isWaiting && standing.stepId === stepId && hasCome(standing, now);
  if (!isDue || step === undefined || step.kind === 'automated_email') return statusOf(locked);

  const held = await holdBack(act, locked);
  if (held) return held;
  const people = await findCorrespondence(tx, accountId, row);
  if (people === undefined) throw new InvariantError('an enrollment lost its contact or sender');
  const taskId = namedId(`${row.id}/${step.id}`, taskNamespace);
  const known = tokenValues(people.contact, people.company, people.sender, people);
  const values = valuesAt(known, row.overrides, step.id);
  const dueAt = taskDueAt(now, calendarOf(locked));
  await insertTask(tx, {
    ...taskFields(step),
    queueId: step.queueId ?? null,
    title: renderForPerson(step.title, values, 'subject'),
    notes: harmlessHtml(renderForPerson(step.notes, values, 'html')),
    accountId,
    id: taskId,
    enrollmentId,
    contactId: row.contactId,
    assigneeId: row.taskAssigneeId,
    createdAt: now,
    dueAt,
  });
  await noteReminder(act, locked, taskId);
  const decision = taskCreated(locked, step, happeningOf(act), { taskId, dueAt });
  return statusOf(await saveDecision(tx, locked, decision));
}

/** Pauses an enrollment whose sequence or account is paused, and puts off a task whose assignee is on leave. */
async function holdBack(
  act: TaskAct,
  locked: LockedEnrollment,
): Promise<EnrollmentStatus | undefined> {
  const { tx, now } = act;
  const due = happeningOf(act);
  const reason = locked.heldBy && (await holdPause(tx, locked.row));
  if (reason) {
    return statusOf(await saveDecision(tx, locked, hold(locked, { reason, until: null }, due)));
  }
  const later = heldByLeave(locked, 'task', now);
  if (later === undefined) return undefined;
  const decision = postpone(locked, later, due, { type: 'rescheduled', data: {} });
  return statusOf(await saveDecision(tx, locked, decision));
}

/** Notes with the task that its assignee is to be reminded of it, when the sequence says so (TSK-05). */
async function noteReminder(
  { tx, accountId, now }: TaskAct,
  { row, definition }: LockedEnrollment,
  taskId: string,
): Promise<void> {
  const minute = definition.settings.taskReminderMinute;
  if (minute === null) return;
  const reminder = { taskId, at: taskReminderAt(now, minute, row.timeZone) };
  await insertReminder(tx, accountId, reminder);
}

function taskFields(
  step: TaskStep,
): Pick<TaskStep, 'kind' | 'priority' | 'waitsForCompletion'> & { readonly stepId: string } {
  const { id: stepId, kind, priority, waitsForCompletion } = step;
  return { stepId, kind, priority, waitsForCompletion };
}
