import { z } from 'zod';
import { listMailboxes as readMailboxes } from '../../../db/queries/mailboxes.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { mailboxReply, showMailbox } from '../../shapes/mailbox.js';
import { idShape } from '../../shapes/common.js';

const position = z.strictObject({ id: z.uuid() });

export const listMailboxes = defineEndpoint({
  method: 'GET',
  path: '/v1/mailboxes',
  summary: 'List mailboxes',
  description: 'In the order in which they were connected.',
  tag: 'mailboxes',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({ userId: idShape.optional() }),
  body: nothing,
  replies: { 200: pageOf(mailboxReply).meta({ id: 'MailboxPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query, ports }) => {
    const { limit, userId } = query;
    const identity = { accountId, list: 'mailboxes', query: { userId } };
    const after = readCursor(position, identity, query.after)?.id;
    const rows = await readMailboxes(tx, accountId, { userId, limit: limit + 1, after });
    const page = cutPage(rows, limit, identity, ({ id }) => ({ id }));
    const results = page.rows.map((mailbox) => showMailbox(ports, mailbox));
    return { status: 200, body: { results, paging: page.paging } };
  },
});
