import { newId } from '../../db/new-id.js';
import { findAccount } from '../../db/queries/accounts.js';
import { findTask, type TaskListing, type TaskRow } from '../../db/queries/tasks.js';
import { outcomeProblem, type Completion } from '../../domain/task/outcome.js';
import { saysNothing } from '../../html/text-of-html.js';
import type { Act } from '../act.js';
import { takeMessage } from '../enrollment/take-message.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import { readTaskText } from './read-task-text.js';

/** What a user says of a task that they complete. */
export interface WrittenCompletion {
  readonly outcome?: string | undefined;
  readonly note?: string | undefined;
}

/**
 * Completes a task, and tells its enrollment. A task that is completed already stays as it is, whatever is said of it now, so
 * that a call can be repeated. Refuses one that the acting user may not know of, one that is cancelled, an outcome that is not
 * for it, and an unfit note.
 */
export async function completeTask(
  act: Act,
  id: string,
  written: WrittenCompletion,
): Promise<TaskListing> {
  const { tx, accountId, actingUser, now } = act;
  const found = await findTask(tx, accountId, id, actingUser);
  if (found === undefined) return refuseUnknown('task');
  const { task } = found;
  // What was right the first time may be refused by now: an outcome or a snippet may be gone.
  if (task.state === 'completed') return found;
  const completion = await readCompletion(act, task, written);
  const message = { type: 'completeTask', taskId: task.id, messageId: newId(now) } as const;
  // Whoever may see the task may complete it, whatever they may see of the enrollment.
  const taken = await takeMessage(act, {
    ...{ enrollmentId: task.enrollmentId, message, completion, viewer: null },
  });
  if (taken?.refusal) return refuse(taken.refusal.code, taken.refusal.detail);
  return (await findTask(tx, accountId, task.id, null)) ?? found;
}

async function readCompletion(
  act: Act,
  task: TaskRow,
  { outcome, note: text }: WrittenCompletion,
): Promise<Completion> {
  if (outcome !== undefined) {
    const account = await findAccount(act.tx, act.accountId);
    const problem = outcomeProblem(outcome, task.kind, account?.taskOutcomes ?? []);
    if (problem) refuseFields([{ pointer: '/outcome', ...problem }]);
  }
  const note = text === undefined ? '' : await readTaskText(act, task, { pointer: '/note', text });
  return { ...(outcome !== undefined && { outcome }), ...(!saysNothing(note) && { note }) };
}
