import { deleteTemplate as remove } from '../../../usecases/sequence/template.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTemplate, templateReply } from '../../shapes/template.js';

export const deleteTemplate = defineEndpoint({
  method: 'DELETE',
  path: '/v1/templates/{id}',
  operationId: 'deleteTemplate',
  summary: 'Delete a template',
  description: 'Answers what was deleted. Sequences that took its content keep it.',
  tag: 'templates',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: templateReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const removed = await remove(call, call.params.id);
    return { status: 200, body: showTemplate(removed) };
  },
});
