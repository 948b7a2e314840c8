import { findContact } from '../../../db/queries/contacts.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { refuseUnknown } from '../../problem.js';
import { referenceParams } from '../../shapes/common.js';
import { contactReply, showContact } from '../../shapes/contact.js';

export const getContact = defineEndpoint({
  method: 'GET',
  path: '/v1/contacts/{id}',
  summary: 'Read a contact',
  tag: 'contacts',
  scope: 'read',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: contactReply },
  handler: async ({ tx, accountId, params }) => {
    const contact = await findContact(tx, accountId, { named: params.id });
    return contact ? { status: 200, body: showContact(contact) } : refuseUnknown('contact');
  },
});
