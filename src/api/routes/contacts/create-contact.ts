import { makeContact } from '../../../usecases/contact/write-contact.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { contactInput, contactReply, showContact } from '../../shapes/contact.js';

export const createContact = defineEndpoint({
  method: 'POST',
  path: '/v1/contacts',
  operationId: 'createContact',
  summary: 'Add a contact',
  tag: 'contacts',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: contactInput,
  replies: { 201: contactReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'CONFLICT', 'NOT_FOUND'],
  handler: async (call) => {
    const contact = await makeContact(call, call.body);
    return {
      status: 201,
      body: showContact(contact),
      headers: { location: `/v1/contacts/${contact.id}` },
    };
  },
});
