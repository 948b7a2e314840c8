import type { z } from 'zod';
import { readEnrollment } from '../../../db/queries/enrollments/read.js';
import { findTask } from '../../../db/queries/tasks.js';
import { fullName } from '../../../domain/message/full-name.js';
import { threadHeaders, type ThreadParent } from '../../../domain/message/threading.js';
import type { EmailContent } from '../../../domain/sequence/step.js';
import { whyNoDraft } from '../../../domain/task/task-email.js';
import { renderSafely } from '../../../html/render-safely.js';
import { textOfHtml } from '../../../html/text-of-html.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { taskDraftReply } from '../../shapes/task.js';
import { readTaskMail, refuseTaskEmail, type TaskMail } from '../../../usecases/task/task-email.js';

export const getTaskDraft = defineEndpoint({
  method: 'GET',
  path: '/v1/tasks/{id}/draft',
  operationId: 'getTaskDraft',
  summary: 'See the draft of a manual email',
  description:
    'The email of an open manual email task as it would be sent, by the same code that renders what is sent: from the mailbox of its enrollment, in its thread, under the subject of that. A step without an email has an empty subject and body.',
  tag: 'tasks',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: taskDraftReply },
  refusals: ['NOT_FOUND', 'NOT_A_MANUAL_EMAIL', 'TASK_CLOSED'],
  handler: async (call) => {
    const { tx, accountId, actingUser, params } = call;
    const found = await findTask(tx, accountId, params.id, actingUser);
    if (found === undefined) return refuseUnknown('task');
    const { task } = found;
    const refusal = whyNoDraft(task);
    if (refusal) return refuseTaskEmail(refusal);
    // Whoever may see the task may see its draft, whatever they may see of the enrollment.
    const enrollment = await readEnrollment(tx, accountId, task.enrollmentId, null);
    if (enrollment === undefined) return refuseUnknown('task');
    const mail = await readTaskMail(call, found, enrollment, { lock: false });
    return { status: 200, body: showDraft(task.id, mail) };
  },
});

function showDraft(taskId: string, mail: TaskMail): z.input<typeof taskDraftReply> {
  const { attached = noContent, parent, threading, people, lacksParent } = mail;
  const { contact, mailbox } = people;
  const rendered = renderSafely(attached, mail.values);
  const { subject, html } = rendered.message;
  return {
    taskId,
    from: { name: mailbox.displayName, address: mailbox.address },
    to: { name: fullName(contact), address: contact.email },
    subject: threadHeaders(subject, parent).subject,
    html,
    text: textOfHtml(html),
    template: attached.template ?? null,
    answers: threading.kind === 'new' ? null : answered(threading.toStepId, parent),
    missingTokens: rendered.ok ? [] : [...rendered.missing],
    canBeSent: rendered.ok && html !== '' && contact.email !== null && !lacksParent,
  };
}

const noContent: EmailContent = { subject: '', html: '' };

function answered(
  stepId: string,
  parent: ThreadParent | undefined,
): z.input<typeof taskDraftReply>['answers'] {
  return { stepId, messageId: parent?.messageId ?? null };
}
