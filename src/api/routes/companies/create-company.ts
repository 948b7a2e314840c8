import { createCompany as create } from '../../../usecases/contact/write-company.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { companyInput, companyReply, showCompany } from '../../shapes/company.js';

export const createCompany = defineEndpoint({
  method: 'POST',
  path: '/v1/companies',
  operationId: 'createCompany',
  summary: 'Add a company',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: companyInput,
  replies: { 201: companyReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const company = await create(call, call.body);
    return {
      status: 201,
      body: showCompany(company),
      headers: { location: `/v1/companies/${company.id}` },
    };
  },
});
