import { z } from 'zod';
import { listItems } from '../../../db/queries/bulk-enrollment-items.js';
import { bulkItemStates } from '../../../domain/bulk/bulk.js';
import { readBulk } from '../../../usecases/bulk/draft.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { bulkItemReply, showItem } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

const position = z.strictObject({ index: z.string().regex(/^\d{1,9}$/) });

const query = pageQuery.extend({
  q: z.string().trim().min(1).max(200).optional().meta({
    description: "A text that stands in the contact's name or email.",
  }),
  status: z.enum(bulkItemStates).optional(),
});

export const listBulkItems = defineEndpoint({
  method: 'GET',
  path: '/v1/bulk-enrollments/{id}/items',
  operationId: 'listBulkItems',
  summary: 'List the contacts of a bulk enrollment, and what became of each',
  description: 'In their order in the batch.',
  tag: 'bulk-enrollments',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query,
  body: nothing,
  replies: { 200: pageOf(bulkItemReply).meta({ id: 'BulkItemPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async (call) => {
    const bulk = await readBulk(call, call.params.id);
    const { limit, after, ...filter } = call.query;
    const list = `bulk-enrollments/${bulk.id}/items`;
    const identity = { accountId: call.accountId, list, query: filter };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 10 },
      after: readCursor(position, identity, after),
      read: (rows, from) =>
        listItems(call.tx, bulk, filter, { limit: rows, after: from && Number(from.index) }),
      positionOf: ({ row }) => ({ index: String(row.index) }),
      show: showItem,
    });
    return { status: 200, body: page };
  },
});
