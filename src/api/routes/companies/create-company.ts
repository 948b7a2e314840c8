import { newId } from '../../../db/new-id.js';
import { insertCompany } from '../../../db/queries/companies.js';
import { requireDeclared } from '../../../usecases/contact/check-properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { companyInput, companyReply, showCompany } from '../../shapes/company.js';
import { note } from '../../../usecases/log.js';

export const createCompany = defineEndpoint({
  method: 'POST',
  path: '/v1/companies',
  summary: 'Add a company',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: companyInput,
  replies: { 201: companyReply },
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    await requireDeclared({ tx, accountId }, 'company', body.properties);
    const company = await insertCompany(tx, accountId, {
      id: newId(now),
      externalId: body.externalId ?? null,
      name: body.name,
      domain: body.domain ?? null,
      properties: body.properties,
      createdAt: now,
      updatedAt: now,
    });
    await note(call, { subject: 'company', id: company.id, type: 'created' });
    return {
      status: 201,
      body: showCompany(company),
      headers: { location: `/v1/companies/${company.id}` },
    };
  },
});
