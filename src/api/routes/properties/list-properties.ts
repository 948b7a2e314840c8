import { z } from 'zod';
import { listProperties as readProperties } from '../../../db/queries/properties.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { searchShape } from '../../shapes/common.js';
import { propertyObject, propertyReply, showProperty } from '../../shapes/property.js';

const position = z.strictObject({ id: z.uuid() });

export const listProperties = defineEndpoint({
  method: 'GET',
  path: '/v1/properties',
  operationId: 'listProperties',
  summary: 'List declared properties',
  description: 'In the order in which they were declared.',
  tag: 'properties',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query: pageQuery.extend({
    object: propertyObject.optional(),
    q: searchShape('the name or the label'),
  }),
  body: nothing,
  replies: { 200: pageOf(propertyReply).meta({ id: 'PropertyPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, object, q: text } = query;
    const identity = { accountId, list: 'properties', query: { object, text } };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 25 },
      after: readCursor(position, identity, query.after),
      read: (rows, after) =>
        readProperties(tx, accountId, { object, text, limit: rows, after: after?.id }),
      positionOf: ({ id }) => ({ id }),
      show: showProperty,
    });
    return { status: 200, body: page };
  },
});
