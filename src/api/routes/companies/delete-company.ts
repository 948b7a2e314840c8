import { deleteCompany as remove } from '../../../usecases/contact/delete-company.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { companyParams, deletedCompany } from '../../shapes/company.js';

export const deleteCompany = defineEndpoint({
  method: 'DELETE',
  path: '/v1/companies/{id}',
  operationId: 'deleteCompany',
  summary: 'Delete a company',
  description:
    'Its contacts stay, without a company: tokens such as `{{company.name}}` have no value for them any more, and the reply of one no longer ends the enrollments of the others. Mails and tasks that were made keep what they say.',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: companyParams,
  query: nothing,
  body: nothing,
  replies: { 200: deletedCompany },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const deleted = await remove(call, call.params.id);
    return { status: 200, body: deleted };
  },
});
