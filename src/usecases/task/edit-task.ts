import { findCorrespondence } from '../../db/queries/correspondence.js';
import { readEnrollment } from '../../db/queries/enrollments/read.js';
import { findTaskQueue } from '../../db/queries/task-queues.js';
import {
  editTask as save,
  findTask,
  type TaskListing,
  type TaskRow,
} from '../../db/queries/tasks.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import { renderForPerson } from '../../domain/message/render-for-person.js';
import { tokenValues } from '../../domain/message/token-values.js';
import type { TokenValues } from '../../domain/message/tokens.js';
import { maxNotesLength, textProblems } from '../../domain/sequence/step-rules.js';
import { harmlessHtml } from '../../html/render-safely.js';
import type { Act } from '../act.js';
import { tellEnrollment } from '../enrollment/tell-enrollment.js';
import { noteChange } from '../log.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import { readPlacedTexts } from '../sequence/read-rich-texts.js';

/** What is changed of a task; what is left out stays as it is, and a null queue is none. */
export type TaskEdit = {
  readonly [Name in 'title' | 'notes' | 'priority' | 'queueId']?: TaskRow[Name] | undefined;
};

/**
 * Changes an open task. Notes are taken over like those of a step (TSK-10), and tokens in them resolved. Refuses a task that the
 * acting user may not know of, unfit notes, an unknown queue, and a closed task.
 */
export async function editTask(act: Act, id: string, patch: TaskEdit): Promise<TaskListing> {
  const { tx, accountId, actingUser } = act;
  const before = await findTask(tx, accountId, id, actingUser);
  if (before === undefined) return refuseUnknown('task');
  const { queueId } = patch;
  if (typeof queueId === 'string' && !(await findTaskQueue(tx, accountId, queueId))) {
    const message = 'There is no such task queue.';
    return refuseFields([{ in: 'body', pointer: '/queueId', code: 'not_found', message }]);
  }
  const notes =
    patch.notes === undefined ? {} : { notes: await readNotes(act, before, patch.notes) };
  const isEdited = await save(tx, accountId, id, { ...patch, ...notes });
  const edited = await findTask(tx, accountId, id, actingUser);
  if (!isEdited || edited === undefined) {
    return refuse('TASK_CLOSED', 'The task is completed or cancelled already.');
  }
  await noteChange(act, 'task', [before.task, edited.task]);
  return edited;
}

/** Completes a task, and tells its enrollment. Refuses one that the acting user may not know of, and a closed one. */
export async function completeTask(act: Act, id: string): Promise<TaskListing> {
  const { tx, accountId, actingUser } = act;
  const found = await findTask(tx, accountId, id, actingUser);
  if (found === undefined) return refuseUnknown('task');
  const { task } = found;
  const said = { type: 'completeTask', taskId: task.id } as const;
  // Whoever may see the task may complete it, whatever they may see of the enrollment.
  await tellEnrollment(act, task.enrollmentId, said, null);
  return (await findTask(tx, accountId, task.id, actingUser)) ?? found;
}

/** Notes as they are kept with a task: checked and cleaned, with what their tokens stand for. */
async function readNotes(act: Act, { task }: TaskListing, written: string): Promise<string> {
  const place = { pointer: '/notes', maxLength: maxNotesLength };
  const { htmlAt, problems } = await readPlacedTexts(act, [{ ...place, text: written }]);
  const html = htmlAt(place.pointer) ?? '';
  const all = [
    ...problems,
    ...(html === '' ? [] : textProblems(place.pointer, html, maxNotesLength)),
  ];
  if (all.length > 0) refuseFields(all.map((problem) => ({ ...problem })));
  if (!html.includes('{{')) return html;
  return harmlessHtml(renderForPerson(html, await valuesOf(act, task), 'html'));
}

/** What tokens stand for in a task. */
async function valuesOf({ tx, accountId }: Act, task: TaskRow): Promise<TokenValues> {
  const enrollment = await readEnrollment(tx, accountId, task.enrollmentId, null);
  const people = enrollment && (await findCorrespondence(tx, accountId, enrollment.row));
  if (people === undefined) return {};
  const known = tokenValues(people.contact, people.company, people.sender, people);
  return valuesAt(known, enrollment?.row.overrides ?? null, task.stepId);
}
