import { editContact as edit } from '../../../usecases/contact/write-contact.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { referenceParams } from '../../shapes/common.js';
import {
  contactPatch,
  contactReply,
  showContact,
  contactDetailReply,
} from '../../shapes/contact.js';

export const editContact = defineEndpoint({
  method: 'PATCH',
  path: '/v1/contacts/{id}',
  operationId: 'updateContact',
  summary: 'Change a contact',
  description:
    'What is left out stays as it is, null empties. Properties that are named are set, or taken away by null; the others stay.',
  tag: 'contacts',
  scope: 'write',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: contactPatch,
  replies: { 200: contactReply },
  reads: { shape: contactDetailReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const contact = await edit(call, call.params.id, call.body);
    return { status: 200, body: showContact(contact) };
  },
});
