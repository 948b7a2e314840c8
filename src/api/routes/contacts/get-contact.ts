import { findContact } from '../../../db/queries/contacts.js';
import { enrollmentHistories } from '../../../db/queries/enrollments/histories.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { referenceParams } from '../../shapes/common.js';
import { contactDetailReply, showContactDetail } from '../../shapes/contact.js';

export const getContact = defineEndpoint({
  method: 'GET',
  path: '/v1/contacts/{id}',
  operationId: 'getContact',
  summary: 'Read a contact',
  description:
    'With what its enrollments come to. All of them are listed by `GET /v1/enrollments?contactId=`.',
  tag: 'contacts',
  scope: 'read',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: contactDetailReply },
  handler: async ({ tx, accountId, params, actingUser }) => {
    const contact = await findContact(tx, accountId, { named: params.id });
    if (contact === undefined) return refuseUnknown('contact');
    const histories = await enrollmentHistories(tx, accountId, [contact.id], actingUser);
    return { status: 200, body: showContactDetail(contact, histories.get(contact.id)) };
  },
});
