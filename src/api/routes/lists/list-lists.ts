import { z } from 'zod';
import { listLists as readLists } from '../../../db/queries/lists.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { readPage } from '../../http/read-page.js';
import { listKind, listReply, showList } from '../../shapes/list.js';

const position = z.strictObject({ id: z.uuid() });

const query = pageQuery.extend({
  kind: listKind.optional(),
  ownerId: namedShape('user').optional(),
  q: z.string().trim().min(1).max(200).optional().meta({
    description: 'A text that stands in the name.',
  }),
});

export const listLists = defineEndpoint({
  method: 'GET',
  path: '/v1/lists',
  operationId: 'listLists',
  summary: 'List the lists of contacts',
  description: 'In the order in which they were made.',
  tag: 'lists',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query,
  body: nothing,
  replies: { 200: pageOf(listReply).meta({ id: 'ListPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query: asked }) => {
    const { limit, after, kind, ownerId, q: text } = asked;
    const filter = { kind, ownerId, text };
    const identity = { accountId, list: 'lists', query: filter };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 10 },
      after: readCursor(position, identity, after),
      read: (rows, from) => readLists(tx, accountId, filter, { limit: rows, after: from?.id }),
      positionOf: ({ id }) => ({ id }),
      show: showList,
    });
    return { status: 200, body: page };
  },
});
