import { z } from 'zod';
import { listCompanies as readCompanies } from '../../../db/queries/companies.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { searchShape } from '../../shapes/common.js';
import { companyReply, showCompany } from '../../shapes/company.js';

const position = z.strictObject({ id: z.uuid() });

export const listCompanies = defineEndpoint({
  method: 'GET',
  path: '/v1/companies',
  operationId: 'listCompanies',
  summary: 'List companies',
  description: 'In the order in which they were added.',
  tag: 'companies',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query: pageQuery.extend({
    externalId: z.string().optional(),
    q: searchShape('the name or the domain'),
  }),
  body: nothing,
  replies: { 200: pageOf(companyReply).meta({ id: 'CompanyPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, externalId, q: text } = query;
    const identity = { accountId, list: 'companies', query: { externalId, text } };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 25 },
      after: readCursor(position, identity, query.after),
      read: (rows, after) =>
        readCompanies(tx, accountId, { externalId, text, limit: rows, after: after?.id }),
      positionOf: ({ id }) => ({ id }),
      show: showCompany,
    });
    return { status: 200, body: page };
  },
});
