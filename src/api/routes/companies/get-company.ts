import { findCompany } from '../../../db/queries/companies.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { companyParams, companyReply, showCompany } from '../../shapes/company.js';

export const getCompany = defineEndpoint({
  method: 'GET',
  path: '/v1/companies/{id}',
  operationId: 'getCompany',
  summary: 'Read a company',
  tag: 'companies',
  scope: 'read',
  actingUser: 'optional',
  params: companyParams,
  query: nothing,
  body: nothing,
  replies: { 200: companyReply },
  handler: async ({ tx, accountId, params }) => {
    const company = await findCompany(tx, accountId, params.id);
    return company ? { status: 200, body: showCompany(company) } : refuseUnknown('company');
  },
});
