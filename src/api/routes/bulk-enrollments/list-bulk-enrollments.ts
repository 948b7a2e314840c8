import { z } from 'zod';
import { countItems } from '../../../db/queries/bulk-enrollment-items.js';
import { listBulks } from '../../../db/queries/bulk-enrollments.js';
import { bulkKinds, bulkStates } from '../../../domain/bulk/bulk.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idShape } from '../../shapes/common.js';

const position = z.strictObject({ id: z.uuid() });

const query = pageQuery.extend({
  state: z.enum(bulkStates).optional(),
  kind: z.enum(bulkKinds).optional(),
  sequenceId: idShape.optional(),
});

export const listBulkEnrollments = defineEndpoint({
  method: 'GET',
  path: '/v1/bulk-enrollments',
  operationId: 'listBulkEnrollments',
  summary: 'List bulk enrollments and imports',
  description: 'The newest first. An acting user who is no admin gets their own.',
  tag: 'bulk-enrollments',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query,
  body: nothing,
  replies: { 200: pageOf(bulkReply).meta({ id: 'BulkEnrollmentPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, query: asked, ports }) => {
    const { limit, after, ...filter } = asked;
    const identity = { accountId, list: 'bulk-enrollments', query: filter };
    const wanted = { ...filter, viewer: actingUser };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 5 },
      after: readCursor(position, identity, after),
      read: (rows, from) => listBulks(tx, accountId, wanted, { limit: rows, before: from?.id }),
      positionOf: ({ id }) => ({ id }),
      show: (row) => row,
    });
    const ids = page.results.map(({ id }) => id);
    const counts = await countItems(tx, accountId, ids);
    const results = page.results.map((row) =>
      showBulk(row, counts.get(row.id) ?? {}, ports.workflows.bulkRunUrl),
    );
    return { status: 200, body: { results, paging: page.paging } };
  },
});
