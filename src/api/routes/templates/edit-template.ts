import { editTemplate } from '../../../usecases/sequence/template.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTemplate, templateDetail, templatePatch } from '../../shapes/template.js';

export const patchTemplate = defineEndpoint({
  method: 'PATCH',
  path: '/v1/templates/{id}',
  operationId: 'updateTemplate',
  summary: 'Change a template',
  description:
    'What is left out stays as it is. Makes a new version, unless nothing changes. Sequences that took its content keep what they have: give a step this `templateId` again to take over the new one.',
  tag: 'templates',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: templatePatch,
  replies: { 200: templateDetail },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const { template, sequenceCount } = await editTemplate(call, call.params.id, call.body);
    return { status: 200, body: { ...showTemplate(template), sequenceCount } };
  },
});
