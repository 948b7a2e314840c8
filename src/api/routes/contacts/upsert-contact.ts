import { defineEndpoint, nothing } from '../../http/endpoint.js';
import {
  contactReply,
  contactUpsert,
  showContact,
  contactDetailReply,
} from '../../shapes/contact.js';
import { upsertContact as upsert } from '../../../usecases/contact/write-contact.js';

export const upsertContact = defineEndpoint({
  method: 'PUT',
  path: '/v1/contacts',
  operationId: 'upsertContact',
  summary: 'Add a contact, or change the one with this externalId or email',
  description:
    'The externalId is looked for first, then the email. What is left out stays as it is, null empties, and properties are ' +
    'added to those it has.',
  tag: 'contacts',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: contactUpsert,
  replies: { 200: contactReply, 201: contactReply },
  reads: { shape: contactDetailReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'CONFLICT', 'NOT_FOUND'],
  handler: async (call) => {
    const { contact, made } = await upsert(call, call.body);
    const body = showContact(contact);
    if (!made) return { status: 200, body };
    return { status: 201, body, headers: { location: `/v1/contacts/${contact.id}` } };
  },
});
