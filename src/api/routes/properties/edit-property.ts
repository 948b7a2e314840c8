import { findProperty, updateProperty } from '../../../db/queries/properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseFields, refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { optionsHint, propertyPatch, propertyReply, showProperty } from '../../shapes/property.js';
import { noteChange } from '../../../usecases/log.js';

export const editProperty = defineEndpoint({
  method: 'PATCH',
  path: '/v1/properties/{id}',
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
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const property = await findProperty(tx, accountId, params.id);
    if (property === undefined) return refuseUnknown('property');
    const { label = property.label, options = property.options } = body;
    if (body.options !== undefined && property.type !== 'enumeration') {
      const error = { in: 'body', pointer: '/options', code: 'not_applicable' } as const;
      refuseFields([{ ...error, message: optionsHint }]);
    }
    const change = { label, options, updatedAt: now };
    const changed = await updateProperty(tx, accountId, property.id, change);
    if (changed === undefined) return refuseUnknown('property');
    await noteChange(call, 'property', [property, changed]);
    return { status: 200, body: showProperty(changed) };
  },
});
