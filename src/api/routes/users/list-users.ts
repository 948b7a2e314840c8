import { z } from 'zod';
import { listUsers as readUsers } from '../../../db/queries/users.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { searchShape } from '../../shapes/common.js';
import { showUser, userReply } from '../../shapes/user.js';

const position = z.strictObject({ id: z.uuid() });

export const listUsers = defineEndpoint({
  method: 'GET',
  path: '/v1/users',
  operationId: 'listUsers',
  summary: 'List users',
  description: 'In the order in which they were added.',
  tag: 'users',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({ q: searchShape('the name or the email') }),
  body: nothing,
  replies: { 200: pageOf(userReply).meta({ id: 'UserPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { q: text } = query;
    const identity = { accountId, list: 'users', query: { text } };
    const after = readCursor(position, identity, query.after)?.id;
    const rows = await readUsers(tx, accountId, { text, limit: query.limit + 1, after });
    const page = cutPage(rows, query.limit, identity, ({ id }) => ({ id }));
    return {
      status: 200,
      body: { results: page.rows.map(showUser), paging: page.paging },
    };
  },
});
