import { newId } from '../../../db/new-id.js';
import { lockCompanyNamed, upsertCompany as writeCompany } from '../../../db/queries/companies.js';
import { requireDeclared } from '../../../usecases/contact/check-properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { companyReply, companyUpsert, showCompany } from '../../shapes/company.js';
import { note, noteChange } from '../../../usecases/log.js';

export const upsertCompany = defineEndpoint({
  method: 'PUT',
  path: '/v1/companies',
  summary: 'Add a company, or change the one with this externalId',
  description: 'What is left out stays as it is; properties are added to those it has.',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: companyUpsert,
  replies: { 200: companyReply, 201: companyReply },
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    await requireDeclared({ tx, accountId }, 'company', body.properties);
    const before = await lockCompanyNamed(tx, accountId, body.externalId);
    const { company, made } = await writeCompany(tx, accountId, {
      id: newId(now),
      externalId: body.externalId,
      name: body.name,
      domain: body.domain ?? null,
      properties: body.properties,
      createdAt: now,
      updatedAt: now,
    });
    if (made) await note(call, { subject: 'company', id: company.id, type: 'created' });
    else await noteChange(call, 'company', [before ?? {}, company]);
    const shown = showCompany(company);
    if (!made) return { status: 200, body: shown };
    return { status: 201, body: shown, headers: { location: `/v1/companies/${company.id}` } };
  },
});
