import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { mailboxReply, mailboxUpsert, showMailbox } from '../../shapes/mailbox.js';
import { writeMailbox } from '../../../usecases/people/write-mailbox.js';

export const upsertMailbox = defineEndpoint({
  method: 'PUT',
  path: '/v1/mailboxes',
  operationId: 'upsertMailbox',
  summary: 'Connect a mailbox, or change the one with this address',
  description:
    'What is left out stays as it is; `smtp` is given as a whole, and connects a disconnected mailbox again. A new mailbox needs it. The owner of a mailbox stays; besides the owner, an admin may change it, with a key of the scope `admin`.',
  tag: 'mailboxes',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: mailboxUpsert,
  replies: { 200: mailboxReply, 201: mailboxReply },
  refusals: ['CONFLICT', 'NOT_FOUND', 'ACTING_USER_REQUIRED', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { mailbox, made } = await writeMailbox(call, call.body);
    const body = showMailbox(call.ports, mailbox);
    if (!made) return { status: 200, body };
    return { status: 201, body, headers: { location: `/v1/mailboxes/${mailbox.id}` } };
  },
});
