import { z } from 'zod';
import { listTemplates as readTemplates } from '../../../db/queries/templates.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { folderFilter } from '../../shapes/folder.js';
import { showTemplate, templateReply } from '../../shapes/template.js';

const position = z.strictObject({ id: z.uuid() });

export const listTemplates = defineEndpoint({
  method: 'GET',
  path: '/v1/templates',
  operationId: 'listTemplates',
  summary: 'List templates',
  description: 'In the order in which they were made.',
  tag: 'templates',
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
      .meta({ description: 'A part of the name or of the subject, in any case.' }),
    folderId: folderFilter.optional(),
    folder: z.string().optional().meta({ description: 'Those of the folder with this name.' }),
  }),
  body: nothing,
  replies: { 200: pageOf(templateReply).meta({ id: 'TemplatePage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, q, folderId, folder } = query;
    const identity = { accountId, list: 'templates', query: { q, folderId, folder } };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 10 },
      after: readCursor(position, identity, query.after),
      read: (rows, after) =>
        readTemplates(tx, accountId, {
          search: q,
          folderId,
          folderName: folder,
          limit: rows,
          after: after?.id,
        }),
      positionOf: ({ id }) => ({ id }),
      show: showTemplate,
    });
    return { status: 200, body: page };
  },
});
