import { makeTemplate } from '../../../usecases/sequence/template.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showTemplate, templateDetail, templateInput } from '../../shapes/template.js';

export const createTemplate = defineEndpoint({
  method: 'POST',
  path: '/v1/templates',
  operationId: 'createTemplate',
  summary: 'Make a template',
  description:
    'It belongs to the acting user. Scripts, event handlers, frames, forms and unsupported links are refused; other markup that one-to-one mail does not need is cleaned away.',
  tag: 'templates',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: templateInput,
  replies: { 201: templateDetail },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    const template = await makeTemplate(call, call.requireActingUser(), call.body);
    return {
      status: 201,
      body: { ...showTemplate(template), sequenceCount: 0 },
      headers: { location: `/v1/templates/${template.id}` },
    };
  },
});
