import { editProperty as edit } from '../../../usecases/contact/write-property.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { propertyPatch, propertyReply, showProperty } from '../../shapes/property.js';

export const editProperty = defineEndpoint({
  method: 'PATCH',
  path: '/v1/properties/{id}',
  operationId: 'updateProperty',
  summary: 'Change the label or the options of a declared property',
  description:
    'Options are replaced as a whole; values with an option that is gone stay until they are written again. Name and type are fixed: declare another property instead.',
  tag: 'properties',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: propertyPatch,
  replies: { 200: propertyReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const property = await edit(call, call.params.id, call.body);
    return { status: 200, body: showProperty(property) };
  },
});
