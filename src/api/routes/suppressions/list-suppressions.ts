import { z } from 'zod';
import { listSuppressions as readSuppressions } from '../../../db/queries/suppressions.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import {
  comparedAddress,
  showSuppression,
  suppressionReason,
  suppressionReply,
} from '../../shapes/suppression.js';

const position = z.strictObject({ id: z.uuid() });

export const listSuppressions = defineEndpoint({
  method: 'GET',
  path: '/v1/suppressions',
  operationId: 'listSuppressions',
  summary: 'List suppressions',
  description: 'In the order in which they were noted.',
  tag: 'suppressions',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({
    address: comparedAddress.optional(),
    reason: suppressionReason.optional(),
  }),
  body: nothing,
  replies: { 200: pageOf(suppressionReply).meta({ id: 'SuppressionPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, after, address, reason } = query;
    const filters = { address, reason };
    const identity = { accountId, list: 'suppressions', query: filters };
    const rows = await readSuppressions(tx, accountId, {
      ...filters,
      limit: limit + 1,
      after: readCursor(position, identity, after)?.id,
    });
    const page = cutPage(rows, limit, identity, ({ id }) => ({ id }));
    return {
      status: 200,
      body: { results: page.rows.map(showSuppression), paging: page.paging },
    };
  },
});
