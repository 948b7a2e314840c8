import { createMailbox as create } from '../../../usecases/people/write-mailbox.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { mailboxInput, mailboxReply, showMailbox } from '../../shapes/mailbox.js';

export const createMailbox = defineEndpoint({
  method: 'POST',
  path: '/v1/mailboxes',
  operationId: 'createMailbox',
  summary: 'Connect a mailbox',
  description:
    'An address that sequence emails go out from, with the SMTP server that takes them. Users connect their own, an admin anybody’s, with a key of the scope `admin`.',
  tag: 'mailboxes',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: mailboxInput,
  replies: { 201: mailboxReply },
  refusals: ['CONFLICT', 'NOT_FOUND', 'ACTING_USER_REQUIRED', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const mailbox = await create(call, call.body);
    return {
      status: 201,
      body: showMailbox(call.ports, mailbox),
      headers: { location: `/v1/mailboxes/${mailbox.id}` },
    };
  },
});
