import { lockEnrollment } from '../../../db/queries/enrollments/read.js';
import { requestTaskEmail } from '../../../db/queries/task-emails.js';
import { findTask } from '../../../db/queries/tasks.js';
import { renderMessage } from '../../../domain/message/render-message.js';
import { missingInTask, whyNotSend } from '../../../domain/task/task-email.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskEmailInput, taskReply } from '../../shapes/task.js';
import {
  contentOf,
  taskEmailFacts,
  readTaskMail,
  refuseTaskEmail,
  takeSlotNow,
} from '../../../usecases/task/task-email.js';
import { note } from '../../../usecases/log.js';

export const sendTask = defineEndpoint({
  method: 'POST',
  path: '/v1/tasks/{id}/send',
  summary: 'Send the email of a manual email task',
  description:
    'By the acting user, from the mailbox of its enrollment and in its thread: what the body says, and what it leaves out from the template of the step. 202: it is on its way, and `email.state` of the task says what becomes of it. When the mail server has it, the task is completed, and an enrollment that waits for it goes on from then. What was not delivered may be sent again; what is uncertain never is.',
  tag: 'tasks',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: taskEmailInput,
  replies: { 202: taskReply },
  refusals: [
    'NOT_FOUND',
    'NOT_A_MANUAL_EMAIL',
    'TASK_CLOSED',
    'TASK_EMAIL_UNDER_WAY',
    'TASK_EMAIL_UNCERTAIN',
    'ACCOUNT_PAUSED',
    'SENDER_NOT_ELIGIBLE',
    'NO_EMAIL',
    'PREVIOUSLY_BOUNCED',
    'BLOCKED_ADDRESS',
    'BLOCKED_DOMAIN',
    'UNSUBSCRIBED',
    'UNSUBSCRIBED_PERSONAL',
    'MARKED_AS_SPAM',
    'THREAD_PARENT_MISSING',
    'MISSING_TOKENS',
    'SEND_LIMIT',
  ],
  handler: async (call) => {
    const { tx, accountId, actingUser, now, params, ports } = call;
    const seen = await findTask(tx, accountId, params.id, actingUser);
    if (seen === undefined) return refuseUnknown('task');
    // Whoever may see the task may work it, whatever they may see of the enrollment. From here on nobody else closes it.
    const enrollment = await lockEnrollment(tx, accountId, seen.task.enrollmentId);
    const found = await findTask(tx, accountId, params.id, null);
    if (enrollment === undefined || found === undefined) return refuseUnknown('task');
    const mail = await readTaskMail(call, found, enrollment, { lock: true });
    const refusal = whyNotSend(await taskEmailFacts(call, found, enrollment, mail));
    if (refusal) return refuseTaskEmail(refusal);
    const { id: taskId, stepId } = found.task;
    const rendered = renderMessage(await contentOf(call, call.body, mail), mail.values);
    if (!rendered.ok) return refuseTaskEmail(missingInTask(stepId, rendered.missing));
    await takeSlotNow(call, found, enrollment, mail);
    await requestTaskEmail(tx, {
      accountId,
      taskId,
      content: rendered.message,
      recipient: mail.people.contact.email ?? '',
      requestedById: call.requireActingUser().id,
      requestedAt: now,
    });
    const data = { enrollmentId: enrollment.row.id };
    await note(call, { subject: 'task', id: taskId, type: 'email_requested', data });
    call.afterCommit(async () => {
      await ports.workflows.deliver({ kind: 'task_email', accountId, id: taskId });
      return undefined;
    });
    const sent = await findTask(tx, accountId, taskId, actingUser);
    return { status: 202, body: showTask(sent ?? found) };
  },
});
