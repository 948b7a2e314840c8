import { lockContact } from '../../../db/queries/contact-deletion.js';
import { updateContact } from '../../../db/queries/contacts.js';
import { patchedProperties, requireDeclared } from '../../../usecases/contact/check-properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { referenceParams } from '../../shapes/common.js';
import { contactPatch, contactReply, showContact } from '../../shapes/contact.js';
import { changeOf, requireRelatives } from '../../../usecases/contact/write-contact.js';
import { contactChanged } from '../../../usecases/contact/note-contact.js';
import { noteAll } from '../../../usecases/log.js';

export const editContact = defineEndpoint({
  method: 'PATCH',
  path: '/v1/contacts/{id}',
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
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const { properties, ...fields } = body;
    const contact = await lockContact(tx, accountId, { named: params.id });
    if (contact === undefined) return refuseUnknown('contact');
    await requireRelatives(call, fields);
    await requireDeclared(call, 'contact', properties);
    const saved = await updateContact(tx, accountId, contact.id, {
      ...changeOf(contact, { ...fields, properties: {} }, now),
      properties: patchedProperties(contact.properties, properties),
    });
    await noteAll(call, contactChanged(contact, saved));
    return { status: 200, body: showContact(saved) };
  },
});
