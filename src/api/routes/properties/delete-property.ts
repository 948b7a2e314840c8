import { deleteProperty as remove } from '../../../usecases/contact/write-property.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { propertyReply, showProperty } from '../../shapes/property.js';

export const deleteProperty = defineEndpoint({
  method: 'DELETE',
  path: '/v1/properties/{id}',
  operationId: 'deleteProperty',
  summary: 'Take the declaration of a property back',
  description: 'Its values stay, and are no longer checked.',
  tag: 'properties',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: propertyReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const property = await remove(call, call.params.id);
    return { status: 200, body: showProperty(property) };
  },
});
