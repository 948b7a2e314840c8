import { lockCompany, updateCompany } from '../../../db/queries/companies.js';
import { patchedProperties, requireDeclared } from '../../../usecases/contact/check-properties.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { companyPatch, companyReply, showCompany } from '../../shapes/company.js';
import { noteChange } from '../../../usecases/log.js';

export const editCompany = defineEndpoint({
  method: 'PATCH',
  path: '/v1/companies/{id}',
  summary: 'Change a company',
  description:
    'What is left out stays as it is, null empties. Properties that are named are set, or taken away by null; the others stay.',
  tag: 'companies',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: companyPatch,
  replies: { 200: companyReply },
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const { properties, ...fields } = body;
    const company = await lockCompany(tx, accountId, params.id);
    if (company === undefined) return refuseUnknown('company');
    await requireDeclared({ tx, accountId }, 'company', properties);
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    const saved = await updateCompany(tx, accountId, company.id, {
      ...Object.fromEntries(given),
      properties: patchedProperties(company.properties, properties),
      updatedAt: now,
    });
    await noteChange(call, 'company', [company, saved]);
    return { status: 200, body: showCompany(saved) };
  },
});
