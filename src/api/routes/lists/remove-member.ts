import { z } from 'zod';
import { findContact } from '../../../db/queries/contacts.js';
import { lockList, removeMember } from '../../../db/queries/lists.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { contactReply, showContact } from '../../shapes/contact.js';
import { requireStatic } from '../../../usecases/contact/static-list.js';
import { note } from '../../../usecases/log.js';

const params = z.strictObject({
  id: z.uuid(),
  contactId: z.string().min(1).max(320).meta({
    description: 'An id, an externalId or an email.',
  }),
});

export const removeListMember = defineEndpoint({
  method: 'DELETE',
  path: '/v1/lists/{id}/members/{contactId}',
  summary: 'Take a contact out of a static list',
  description: 'The contact itself stays, and so does what it is enrolled in.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params,
  query: nothing,
  body: nothing,
  replies: { 200: contactReply },
  refusals: ['NOT_FOUND', 'LIST_NOT_STATIC'],
  handler: async (call) => {
    const { tx, accountId } = call;
    const { id, contactId } = call.params;
    const list = requireStatic(await lockList(tx, accountId, id, 'members'));
    const contact = await findContact(tx, accountId, { named: contactId });
    const wasIn = contact && (await removeMember(tx, accountId, list.id, contact.id));
    if (contact === undefined || wasIn !== true) return refuseUnknown('member');
    const data = { listId: list.id };
    await note(call, { subject: 'contact', id: contact.id, type: 'list_left', data });
    return { status: 200, body: showContact(contact) };
  },
});
