import { deleteProperty as remove } from '../../../db/queries/properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { propertyReply, showProperty } from '../../shapes/property.js';
import { note } from '../../../usecases/log.js';

export const deleteProperty = defineEndpoint({
  method: 'DELETE',
  path: '/v1/properties/{id}',
  summary: 'Take the declaration of a property back',
  description: 'Its values stay, and are no longer checked.',
  tag: 'properties',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: propertyReply },
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const removed = await remove(tx, accountId, params.id);
    if (removed === undefined) return refuseUnknown('property');
    await note(call, { subject: 'property', id: removed.id, type: 'deleted' });
    return { status: 200, body: showProperty(removed) };
  },
});
