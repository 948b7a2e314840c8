import { insertContact } from '../../../db/queries/contacts.js';
import { requireDeclared } from '../../../usecases/contact/check-properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { contactInput, contactReply, showContact } from '../../shapes/contact.js';
import { newContact, requireRelatives } from '../../../usecases/contact/write-contact.js';
import { contactMade } from '../../../usecases/contact/note-contact.js';
import { noteAll } from '../../../usecases/log.js';

export const createContact = defineEndpoint({
  method: 'POST',
  path: '/v1/contacts',
  summary: 'Add a contact',
  tag: 'contacts',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: contactInput,
  replies: { 201: contactReply },
  refusals: ['CONFLICT', 'NOT_FOUND'],
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    await requireRelatives(call, body);
    await requireDeclared(call, 'contact', body.properties);
    const contact = await insertContact(tx, accountId, newContact(body, now));
    await noteAll(call, contactMade(contact));
    return {
      status: 201,
      body: showContact(contact),
      headers: { location: `/v1/contacts/${contact.id}` },
    };
  },
});
