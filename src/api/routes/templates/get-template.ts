import { countUsers, findTemplate } from '../../../db/queries/templates.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTemplate, templateDetail } from '../../shapes/template.js';

export const getTemplate = defineEndpoint({
  method: 'GET',
  path: '/v1/templates/{id}',
  operationId: 'getTemplate',
  summary: 'Read a template',
  tag: 'templates',
  scope: 'read',
  actingUser: 'optional',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: templateDetail },
  handler: async ({ tx, accountId, params }) => {
    const template = await findTemplate(tx, accountId, params.id);
    if (template === undefined) return refuseUnknown('template');
    const sequenceCount = await countUsers(tx, accountId, template.id);
    return { status: 200, body: { ...showTemplate(template), sequenceCount } };
  },
});
