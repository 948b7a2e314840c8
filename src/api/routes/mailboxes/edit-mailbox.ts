import { editMailbox } from '../../../usecases/people/edit-mailbox.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { mailboxPatch } from '../../shapes/capacity.js';
import { idParams } from '../../shapes/common.js';
import { mailboxReply, showMailbox } from '../../shapes/mailbox.js';

export const patchMailbox = defineEndpoint({
  method: 'PATCH',
  path: '/v1/mailboxes/{id}',
  operationId: 'updateMailbox',
  summary: 'Change what a mailbox may send',
  description:
    'By its owner, or by an admin with a key of the scope `admin`. Within what the account allows a mailbox. A lower limit binds from the next slot on; what is reserved stays. While a mailbox is warmed up (`rampUp`), no 24 hours have more emails than is allowed at their end.',
  tag: 'mailboxes',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: mailboxPatch,
  replies: { 200: mailboxReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const mailbox = await editMailbox(call, call.params.id, call.body);
    return { status: 200, body: showMailbox(call.ports, mailbox) };
  },
});
