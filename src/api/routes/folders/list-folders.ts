import { z } from 'zod';
import { listFolders as readFolders } from '../../../db/queries/folders.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { searchShape } from '../../shapes/common.js';
import { folderKind, folderReply, showFolder } from '../../shapes/folder.js';

const position = z.strictObject({ id: z.uuid() });

export const listFolders = defineEndpoint({
  method: 'GET',
  path: '/v1/folders',
  operationId: 'listFolders',
  summary: 'List folders',
  description: 'In the order in which they were made.',
  tag: 'folders',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({ kind: folderKind.optional(), q: searchShape('the name') }),
  body: nothing,
  replies: { 200: pageOf(folderReply).meta({ id: 'FolderPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, kind, q: text } = query;
    const identity = { accountId, list: 'folders', query: { kind, text } };
    const after = readCursor(position, identity, query.after)?.id;
    const rows = await readFolders(tx, accountId, { kind, text, limit: limit + 1, after });
    const page = cutPage(rows, limit, identity, ({ id }) => ({ id }));
    return { status: 200, body: { results: page.rows.map(showFolder), paging: page.paging } };
  },
});
