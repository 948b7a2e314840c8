import { namedId } from '../db/named-id.js';
import type { EnrollmentActivities, RunStepInput } from '../contract/activities.js';
import type { Tx } from '../db/client.js';
import { findCorrespondence } from '../db/queries/correspondence.js';
import { lockEnrollment, type LockedEnrollment } from '../db/queries/enrollments/read.js';
import { saveDecision } from '../db/queries/enrollments/save.js';
import { holdPause } from '../db/queries/sending-pauses.js';
import { insertReminder } from '../db/queries/task-reminders.js';
import { insertTask } from '../db/queries/tasks.js';
import { calendarOf } from '../domain/enrollment/enrollment.js';
import { heldByLeave } from '../domain/enrollment/leave.js';
import { hold } from '../domain/enrollment/pause.js';
import { hasCome, postpone } from '../domain/enrollment/postpone.js';
import { valuesAt } from '../domain/enrollment/overlay.js';
import { taskCreated, type Happening } from '../domain/enrollment/progress.js';
import { statusOf, type EnrollmentStatus } from '../domain/enrollment/status.js';
import { renderForPerson } from '../domain/message/render-for-person.js';
import { tokenValues } from '../domain/message/token-values.js';
import { findStep } from '../domain/sequence/definition.js';
import type { TaskStep } from '../domain/sequence/step.js';
import { taskDueAt } from '../domain/time/task-due.js';
import { taskReminderAt } from '../domain/time/task-reminder.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from '../usecases/invariant-error.js';

const taskNamespace = 'f4b05a4a-9f0e-4f0c-8f34-3a5a6d1f7b52';

/** Creates the task of one step, once, and plans what comes after it (TSK-01 to TSK-03, TSK-11). */
export function createCreateTask(deps: ActivityDeps): EnrollmentActivities['createTask'] {
  return (input) => {
    const now = activityClock(input.at);
    return deps.db.transaction((tx) => createTask(tx, input, now()));
  };
}

async function createTask(tx: Tx, input: RunStepInput, at: string): Promise<EnrollmentStatus> {
  const locked = await lockEnrollment(tx, input.accountId, input.enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${input.enrollmentId}`);
  const { row, definition, standing } = locked;
  const step = findStep(definition, input.stepId)?.step;
  // A first step that was to run later is scheduled until then.
  const isWaiting = standing.state === 'active' || standing.state === 'scheduled';
  const isDue = isWaiting && standing.stepId === input.stepId && hasCome(standing, at);
  if (!isDue || step === undefined || step.kind === 'automated_email') return statusOf(locked);

  const due: Happening = { at, actor: { kind: 'system' }, cause: { kind: 'due' } };
  const held = await holdBack(tx, locked, due);
  if (held) return held;
  const people = await findCorrespondence(tx, input.accountId, row);
  if (people === undefined) throw new InvariantError('an enrollment lost its contact or sender');
  const id = namedId(`${row.id}/${step.id}`, taskNamespace);
  const known = tokenValues(people.contact, people.company, people.sender);
  const values = valuesAt(known, row.overrides, step.id);
  const dueAt = taskDueAt(at, calendarOf(locked));
  await insertTask(tx, {
    ...taskFields(step),
    queueId: step.queueId ?? null,
    title: renderForPerson(step.title, values, 'subject'),
    notes: renderForPerson(step.notes, values, 'html'),
    accountId: row.accountId,
    id,
    enrollmentId: row.id,
    contactId: row.contactId,
    assigneeId: row.taskAssigneeId,
    createdAt: at,
    dueAt,
  });
  await noteReminder(tx, locked, id, at);
  const data = { taskId: id, dueAt };
  const decision = taskCreated(locked, step, due, data);
  return statusOf(await saveDecision(tx, locked, decision));
}

/** Its sequence or account is paused, and whoever was enrolled meanwhile waits like the others; or the assignee is on leave. */
async function holdBack(
  tx: Tx,
  locked: LockedEnrollment,
  due: Happening,
): Promise<EnrollmentStatus | undefined> {
  const reason = locked.heldBy && (await holdPause(tx, locked.row));
  if (reason) {
    return statusOf(await saveDecision(tx, locked, hold(locked, { reason, until: null }, due)));
  }
  const later = heldByLeave(locked, 'task', due.at);
  if (later === undefined) return undefined;
  const decision = postpone(locked, later, due, { type: 'rescheduled', data: {} });
  return statusOf(await saveDecision(tx, locked, decision));
}

/** Notes with the task that its assignee is to be reminded of it, when the sequence says so (TSK-05). */
async function noteReminder(
  tx: Tx,
  { row, definition }: LockedEnrollment,
  taskId: string,
  at: string,
): Promise<void> {
  const minute = definition.settings.taskReminderMinute;
  if (minute === null) return;
  const reminder = { taskId, at: taskReminderAt(at, minute, row.timeZone) };
  await insertReminder(tx, row.accountId, reminder);
}

function taskFields(
  step: TaskStep,
): Pick<TaskStep, 'kind' | 'priority' | 'waitsForCompletion'> & { readonly stepId: string } {
  const { id: stepId, kind, priority, waitsForCompletion } = step;
  return { stepId, kind, priority, waitsForCompletion };
}
