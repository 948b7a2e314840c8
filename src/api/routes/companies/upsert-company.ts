import { writeCompany } from '../../../usecases/contact/write-company.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { companyReply, companyUpsert, showCompany } from '../../shapes/company.js';

export const upsertCompany = defineEndpoint({
  method: 'PUT',
  path: '/v1/companies',
  operationId: 'upsertCompany',
  summary: 'Add a company, or change the one with this externalId',
  description: 'What is left out stays as it is; properties are added to those it has.',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: companyUpsert,
  replies: { 200: companyReply, 201: companyReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { company, made } = await writeCompany(call, call.body);
    const body = showCompany(company);
    if (!made) return { status: 200, body };
    return { status: 201, body, headers: { location: `/v1/companies/${company.id}` } };
  },
});
