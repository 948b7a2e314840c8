import { z } from 'zod';
import { removeFromList } from '../../../usecases/contact/list-members.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { contactReply, showContact } from '../../shapes/contact.js';
import { idShape } from '../../shapes/common.js';

const params = z.strictObject({
  id: idShape,
  contactId: z.string().min(1).max(320).meta({
    description: 'An id, an externalId or an email.',
  }),
});

export const removeListMember = defineEndpoint({
  method: 'DELETE',
  path: '/v1/lists/{id}/members/{contactId}',
  operationId: 'removeListMember',
  summary: 'Take a contact out of a static list',
  description: 'The contact itself stays, and so does what it is enrolled in.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params,
  query: nothing,
  body: nothing,
  replies: { 200: contactReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'LIST_NOT_STATIC'],
  handler: async (call) => {
    const { id, contactId } = call.params;
    const contact = await removeFromList(call, id, contactId);
    return { status: 200, body: showContact(contact) };
  },
});
