import { deleteContact as remove } from '../../../usecases/contact/delete-contact.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { referenceParams } from '../../shapes/common.js';
import { deletedContact } from '../../shapes/contact.js';

export const deleteContact = defineEndpoint({
  method: 'DELETE',
  path: '/v1/contacts/{id}',
  operationId: 'deleteContact',
  summary: 'Delete a contact',
  description:
    'Unenrolls it with the reason `contact_deleted`, cancels its open tasks, and erases what is personal from it, its mails and its tasks. The history of its enrollments stays, under its id. Opt-outs, complaints and bounces belong to the address, and stay too.',
  tag: 'contacts',
  scope: 'write',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: deletedContact },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { unenrolled, ...deleted } = await remove(call, call.params.id);
    return { status: 200, body: { ...deleted, unenrolled: [...unenrolled] } };
  },
});
