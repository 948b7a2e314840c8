import { findProperty } from '../../../db/queries/properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { propertyReply, showProperty } from '../../shapes/property.js';

export const getProperty = defineEndpoint({
  method: 'GET',
  path: '/v1/properties/{id}',
  operationId: 'getProperty',
  summary: 'Read a declared property',
  tag: 'properties',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: propertyReply },
  handler: async ({ tx, accountId, params }) => {
    const property = await findProperty(tx, accountId, params.id);
    return property ? { status: 200, body: showProperty(property) } : refuseUnknown('property');
  },
});
