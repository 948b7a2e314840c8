import { byOf } from '../../db/queries/enrollments/paused-by.js';
import { lockEnrollment, type EnrollmentRecord } from '../../db/queries/enrollments/read.js';
import { pausesOf } from '../../db/queries/sending-pauses.js';
import { requestTaskEmail } from '../../db/queries/task-emails.js';
import { findTask, type TaskListing } from '../../db/queries/tasks.js';
import type { User } from '../../db/queries/users.js';
import { whenPaused } from '../../domain/enrollment/paused-by.js';
import { missingInTask, whyNotSend, type TaskEmailRefusal } from '../../domain/task/task-email.js';
import { maxRenderedLength } from '../../domain/message/render-template.js';
import { renderSafely } from '../../html/render-safely.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuseFields, refuseUnknown } from '../refusal.js';
import {
  contentOf,
  readTaskMail,
  refuseTaskEmail,
  takeSlotNow,
  taskEmailFacts,
} from './task-email.js';

/** What the user has written; what is left out is taken from the template of the step. */
export interface TaskEmailDraft {
  readonly subject?: string | undefined;
  readonly html?: string | undefined;
}

/**
 * Sends the email of a manual email task off, from the mailbox of its enrollment; the delivery begins after the commit.
 * Refuses a task that the acting user may not know of, one whose email must not go out, unfit content, and one email too many.
 */
export async function sendTask(
  act: Act,
  requestedBy: User,
  id: string,
  written: TaskEmailDraft,
): Promise<TaskListing> {
  const { tx, accountId, actingUser, now, ports } = act;
  const seen = await findTask(tx, accountId, id, actingUser);
  if (seen === undefined) return refuseUnknown('task');
  // Whoever may see the task may work it, whatever they may see of the enrollment. From here on nobody else closes it.
  const enrollment = await lockEnrollment(tx, accountId, seen.task.enrollmentId);
  const found = await findTask(tx, accountId, id, null);
  if (enrollment === undefined || found === undefined) return refuseUnknown('task');
  const mail = await readTaskMail(act, found, enrollment, { lock: true });
  const refusal = whyNotSend(await taskEmailFacts(act, found, enrollment, mail));
  if (refusal) return refuseTaskEmail(await withWhoPaused(act, refusal, enrollment));
  const { id: taskId, stepId } = found.task;
  const rendered = renderSafely(await contentOf(act, written, mail), mail.values);
  if (!rendered.ok) {
    const { missing } = rendered;
    return missing.length > 0 ? refuseTaskEmail(missingInTask(stepId, missing)) : refuseUnfit();
  }
  await takeSlotNow(act, found, enrollment, mail);
  await requestTaskEmail(tx, {
    accountId,
    taskId,
    content: rendered.message,
    recipient: mail.people.contact.email ?? '',
    requestedById: requestedBy.id,
    requestedAt: now,
  });
  const data = { enrollmentId: enrollment.row.id };
  await note(act, { subject: 'task', id: taskId, type: 'email_requested', data });
  act.afterCommit(async () => {
    await ports.workflows.deliver({ kind: 'task_email', accountId, id: taskId });
    return undefined;
  });
  return (await findTask(tx, accountId, taskId, actingUser)) ?? found;
}

/** Says who paused the account, where that is the reason. */
async function withWhoPaused(
  { tx, accountId }: Act,
  refusal: TaskEmailRefusal,
  { timeZone }: EnrollmentRecord,
): Promise<TaskEmailRefusal> {
  if (refusal.code !== 'ACCOUNT_PAUSED') return refusal;
  const [pause] = await pausesOf(tx, accountId, []);
  if (pause === undefined) return refusal;
  const { detail } = refusal;
  return { ...refusal, detail: `${detail} It was paused ${whenPaused(byOf(pause), timeZone)}.` };
}

/** What its tokens stand for makes it an email that cannot be sent. */
function refuseUnfit(): never {
  const message = `With what its tokens stand for it is longer than ${maxRenderedLength} characters, or has a link that mail must not have.`;
  return refuseFields([{ pointer: '/html', code: 'unfit', message }]);
}
