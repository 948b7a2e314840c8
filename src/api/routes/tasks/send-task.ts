import { sendTask as send } from '../../../usecases/task/send-task.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTask, taskEmailInput, taskReply } from '../../shapes/task.js';

export const sendTask = defineEndpoint({
  method: 'POST',
  path: '/v1/tasks/{id}/send',
  operationId: 'sendTaskEmail',
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
    const sent = await send(call, call.requireActingUser(), call.params.id, call.body);
    return { status: 202, body: showTask(sent) };
  },
});
