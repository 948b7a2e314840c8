import { declareProperty } from '../../../usecases/contact/write-property.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { propertyInput, propertyReply, showProperty } from '../../shapes/property.js';

export const createProperty = defineEndpoint({
  method: 'POST',
  path: '/v1/properties',
  operationId: 'createProperty',
  summary: 'Declare a property of contacts or of companies',
  description:
    'From then on its values are checked when they are written, and filters on it. Values that are there already stay as they are.',
  tag: 'properties',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: propertyInput,
  replies: { 201: propertyReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const property = await declareProperty(call, call.body);
    return {
      status: 201,
      body: showProperty(property),
      headers: { location: `/v1/properties/${property.id}` },
    };
  },
});
