import { findMailbox } from '../../../db/queries/mailboxes.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { mailboxReply, showMailbox } from '../../shapes/mailbox.js';

export const getMailbox = defineEndpoint({
  method: 'GET',
  path: '/v1/mailboxes/{id}',
  operationId: 'getMailbox',
  summary: 'Read a mailbox',
  tag: 'mailboxes',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: mailboxReply },
  handler: async ({ tx, accountId, params, ports }) => {
    const mailbox = await findMailbox(tx, accountId, params.id);
    if (mailbox === undefined) return refuseUnknown('mailbox');
    return { status: 200, body: showMailbox(ports, mailbox) };
  },
});
