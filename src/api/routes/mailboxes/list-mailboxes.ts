import { z } from 'zod';
import { listMailboxes as readMailboxes } from '../../../db/queries/mailboxes.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { searchShape } from '../../shapes/common.js';
import { mailboxReply, showMailbox } from '../../shapes/mailbox.js';

const position = z.strictObject({ id: z.uuid() });

export const listMailboxes = defineEndpoint({
  method: 'GET',
  path: '/v1/mailboxes',
  operationId: 'listMailboxes',
  summary: 'List mailboxes',
  description: 'In the order in which they were connected.',
  tag: 'mailboxes',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({
    userId: namedShape('user').optional(),
    q: searchShape('the name or the address'),
  }),
  body: nothing,
  replies: { 200: pageOf(mailboxReply).meta({ id: 'MailboxPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query, ports }) => {
    const { limit, userId, q: text } = query;
    const identity = { accountId, list: 'mailboxes', query: { userId, text } };
    const after = readCursor(position, identity, query.after)?.id;
    const rows = await readMailboxes(tx, accountId, { userId, text, limit: limit + 1, after });
    const page = cutPage(rows, limit, identity, ({ id }) => ({ id }));
    const results = page.rows.map((mailbox) => showMailbox(ports, mailbox));
    return { status: 200, body: { results, paging: page.paging } };
  },
});
