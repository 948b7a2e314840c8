import { z } from 'zod';
import { listSnippets as readSnippets } from '../../../db/queries/snippets.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { showSnippet, snippetReply } from '../../shapes/snippet.js';

const position = z.strictObject({ id: z.uuid() });

export const listSnippets = defineEndpoint({
  method: 'GET',
  path: '/v1/snippets',
  operationId: 'listSnippets',
  summary: 'List snippets',
  description: 'In the order in which they were made.',
  tag: 'snippets',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query: pageQuery.extend({
    q: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'A part of the name, in any case.' }),
  }),
  body: nothing,
  replies: { 200: pageOf(snippetReply).meta({ id: 'SnippetPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, q } = query;
    const identity = { accountId, list: 'snippets', query: { q } };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 50 },
      after: readCursor(position, identity, query.after),
      read: (rows, after) =>
        readSnippets(tx, accountId, { search: q, limit: rows, after: after?.id }),
      positionOf: ({ id }) => ({ id }),
      show: showSnippet,
    });
    return { status: 200, body: page };
  },
});
