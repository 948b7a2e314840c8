import { editCompany as edit } from '../../../usecases/contact/write-company.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { companyParams, companyPatch, companyReply, showCompany } from '../../shapes/company.js';

export const editCompany = defineEndpoint({
  method: 'PATCH',
  path: '/v1/companies/{id}',
  operationId: 'updateCompany',
  summary: 'Change a company',
  description:
    'What is left out stays as it is, null empties. Properties that are named are set, or taken away by null; the others stay.',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: companyParams,
  query: nothing,
  body: companyPatch,
  replies: { 200: companyReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const company = await edit(call, call.params.id, call.body);
    return { status: 200, body: showCompany(company) };
  },
});
